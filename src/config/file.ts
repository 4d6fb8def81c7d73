import { readFileSync } from 'node:fs'
import { type Document, isMap, isNode, LineCounter, parseDocument, type Scalar } from 'yaml'
import type { z } from 'zod'
import { type FileNode, FileSchema, type FileSettings, fileJsonSchema } from './file-schema.ts'
import { unknownSetting } from './unknown-settings.ts'

/**
 * Parses the configuration file. Empty and missing sections have their defaults; unknown keys are refused.
 *
 * @param path undefined: there is none
 * @param problems gets a line for each thing that is wrong; the settings are undefined then
 */
export function readConfigFile(
  path: string | undefined,
  problems: string[],
): FileSettings | undefined {
  if (path === undefined) return FileSchema.parse({})
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    problems.push(`CONFIG_FILE: cannot read ${path} (${code})`)
    return undefined
  }
  return parseConfig(text, (line, problem) =>
    problems.push(`CONFIG_FILE: ${path}${line === undefined ? '' : `, line ${line}`}: ${problem}`),
  )
}

type Report = (line: number | undefined, problem: string) => void

function parseConfig(text: string, report: Report): FileSettings | undefined {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const faults = [...document.errors, ...document.warnings]
  for (const { message, pos } of faults) report(lines.linePos(pos[0]).line, message)
  if (faults.length > 0) return undefined
  const content = contentOf(document, report)
  if (content === undefined) return undefined
  const parsed = FileSchema.safeParse(content)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    for (const [path, problem] of describe(issue)) report(lineOf(document, path, lines), problem)
  }
  return undefined
}

const isSection = (name: string) => Object.hasOwn(FileSchema.shape, name)

/** The sections that are not empty; undefined where the document has something else than sections. */
function contentOf(document: Document, report: Report): object | undefined {
  let content: unknown
  try {
    content = document.toJS() ?? {}
  } catch (error) {
    // An alias without its anchor, or too many aliases.
    report(undefined, (error as Error).message)
    return undefined
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    report(undefined, `must hold sections: ${Object.keys(FileSchema.shape).join(', ')}`)
    return undefined
  }
  const sections = Object.entries(content)
  return Object.fromEntries(
    sections.filter(([name, section]) => section !== null || !isSection(name)),
  )
}

type Path = PropertyKey[]

/** Each thing that an issue is about: where it stands, and what the operator reads. */
function describe(issue: z.core.$ZodIssue): [Path, string][] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key]
      return [path, unknownSetting(nameOf(path), key, keysAt(issue.path))]
    })
  }
  const isNoSection = issue.code === 'invalid_type' && issue.expected === 'object'
  return [
    [issue.path, `${nameOf(issue.path)}: ${isNoSection ? 'must hold settings' : issue.message}`],
  ]
}

/** `limits.robots`, `names.reserved[0]`. */
const nameOf = (path: Path) =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .slice(1)

/** Names that are known at a path: of sections, or within one. */
function keysAt(path: Path) {
  let node: Partial<FileNode> = fileJsonSchema()
  for (const step of path) {
    node = node.properties?.[String(step)] || node.additionalProperties || {}
  }
  return Object.keys(node.properties ?? {})
}

/** Line of the key at a path, or of the nearest one around it. */
function lineOf(document: Document, path: Path, lines: LineCounter): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const around = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true)
    const key = isMap<Scalar>(around)
      ? around.items.find((pair) => pair.key.value === path[depth - 1])?.key
      : document.getIn(path.slice(0, depth), true)
    if (isNode(key) && key.range) return lines.linePos(key.range[0]).line
  }
  return undefined
}
