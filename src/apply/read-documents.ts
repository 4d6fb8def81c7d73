import { type Document, LineCounter, parseAllDocuments } from 'yaml'
import type { z } from 'zod'
import { type OrganizationDocument, OrganizationDocumentSchema } from './organization-document.ts'
import { type Path, plainValue, type Report } from './yaml-values.ts'

/** A file as it was given, and what is in it. */
export interface SourceFile {
  name: string
  text: string
}

/** What a file says of one organization. */
export interface Said {
  document: OrganizationDocument
  /** File and line of what is at a path of the document, or around it. */
  placeOf: (path: Path) => string
}

/** What is wrong with files, a line each that begins with the place. */
export class FileProblems extends Error {
  override readonly name = 'FileProblems'
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
  }
}

/**
 * Reads what files say of organizations.
 *
 * @throws {FileProblems} with all that is wrong in any of them
 */
export function readDocuments(files: readonly SourceFile[]): Said[] {
  const problems: string[] = []
  const said = files.flatMap((file) => readFile(file, problems))
  const first = new Map<string, string>()
  for (const { document, placeOf } of said) {
    const { organization: name } = document
    const place = placeOf(['organization'])
    const before = first.get(name)
    if (before === undefined) first.set(name, place)
    else problems.push(`${place}: the organization ${name} is there twice: ${before} has it, too`)
  }
  if (problems.length === 0 && said.length === 0) {
    problems.push(`${files.map(({ name }) => name).join(', ')}: there is no organization`)
  }
  if (problems.length > 0) throw new FileProblems(problems)
  return said
}

function readFile({ name, text }: SourceFile, problems: string[]): Said[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  })
  return [...documents].flatMap((document) => {
    const before = problems.length
    const placed = (line: number) => `${name}:${line}`
    const report: Report = (line, problem) => problems.push(`${placed(line)}: ${problem}`)
    const { value, lineOf } = syntaxOf(document, lines, report)
    if (problems.length > before || value === null) return []
    const parsed = OrganizationDocumentSchema.safeParse(value)
    if (parsed.success) {
      return [{ document: parsed.data, placeOf: (path: Path) => placed(lineOf(path)) }]
    }
    for (const issue of parsed.error.issues) reportIssue(issue, lineOf, report)
    return []
  })
}

function syntaxOf(document: Document, lines: LineCounter, report: Report) {
  const faults = [...document.errors, ...document.warnings]
  for (const { message, pos } of faults) report(lines.linePos(pos[0]).line, message)
  if (faults.length > 0) return { value: null, lineOf: () => 1 }
  return plainValue(document, lines, report)
}

function reportIssue(issue: z.core.$ZodIssue, lineOf: (path: Path) => number, report: Report) {
  const { path } = issue
  const at = issue.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : path
  const name = nameOf(path)
  report(lineOf(at), `${name === '' ? '' : `${name}: `}${messageOf(issue)}`)
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message
  if (issue.expected === 'object' || issue.expected === 'record')
    return 'must hold keys; write {} for none'
  if (issue.expected === 'array') return 'must be a list; write [] for none'
  return issue.message.replace(/^Invalid input: /, '')
}

/** `robots.ci.federation[0]`. */
const nameOf = (path: Path) =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
