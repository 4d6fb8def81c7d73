import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { organizationJsonSchema } from '../src/apply/organization-document.ts'
import { type FileNode, fileJsonSchema } from '../src/config/file-schema.ts'
import {
  describeVariable,
  EnvironmentSchema,
  VARIABLE_NAMES,
  type VariableName,
} from '../src/config/variables.ts'

// tsx scripts/write-configuration.ts [--check]
// Writes what docs/configuration.md says of settings, the table of variables and that of the configuration file, and the
// JSON Schemas of that file and of those that `apply` takes. With --check fails where one of them is out of date, or where .env.example lacks a variable
// or names one that does not exist.

const PAGE = 'docs/configuration.md'

const code = (text: unknown) => `\`${text}\``
const choicesOf = (words: unknown[] | undefined) => (words ? `: ${words.map(code).join(', ')}` : '')

function variableRow(name: VariableName): string {
  const { description, secret, default: worded } = describeVariable(name)
  const json = z.toJSONSchema(EnvironmentSchema.shape[name], {
    io: 'input',
    unrepresentable: 'any',
  })
  const names = secret ? `${code(name)} or ${code(`${name}_FILE`)}` : code(name)
  const fallback = worded ?? (json.default === undefined ? 'none' : code(json.default))
  return `| ${names} | ${description}${choicesOf(json.enum)} | ${fallback} |`
}

const variableTable = () => [
  '| Variable | Meaning | Default |',
  '| --- | --- | --- |',
  ...VARIABLE_NAMES.map(variableRow),
]

/** Lists and sections say what they hold; what is missing in the file has the default. */
const settingsTable = () => [
  '| Setting | Meaning | Default |',
  '| --- | --- | --- |',
  ...Object.entries(fileJsonSchema().properties).flatMap(([name, section]) =>
    rowsOf(name, section),
  ),
]

/** A row for each setting below; what has a name of the operator's choice is `NAME`. */
function rowsOf(path: string, { properties = {}, additionalProperties }: FileNode): string[] {
  const named = additionalProperties ? { NAME: additionalProperties } : {}
  return Object.entries({ ...properties, ...named }).flatMap(([key, node]) => {
    const below = `${path}.${key}`
    if (node.properties) return rowsOf(below, node)
    return [`| ${code(below)} | ${node.description}${choicesOf(node.enum)} | ${defaultOf(node)} |`]
  })
}

const isNothing = (value: unknown) =>
  value === undefined || (Array.isArray(value) && value.length === 0)
const defaultOf = ({ default: fallback }: FileNode) =>
  isNothing(fallback) ? 'none' : code(fallback)

/** The text with the table between the two comments of the name. */
function withTable(text: string, name: string, table: string[]): string {
  const [first, last] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const start = text.indexOf(first)
  const end = text.indexOf(last, start)
  if (start < 0 || end < 0) throw new Error(`${PAGE} lacks ${first} or, after it, ${last}`)
  return `${text.slice(0, start)}${first}\n${table.join('\n')}\n${text.slice(end)}`
}

/** What is wrong with .env.example, which has each variable once, set or commented out. */
function exampleProblems(example: string): string[] {
  const found = [...example.matchAll(/^(?:# ?)?([A-Z][A-Z\d_]*)=/gm)].map(([, name]) => name ?? '')
  const wanted = new Set<string>(VARIABLE_NAMES)
  const files = VARIABLE_NAMES.filter((name) => describeVariable(name).secret)
  const allowed = new Set<string>([...wanted, ...files.map((name) => `${name}_FILE`)])
  return [
    ...[...wanted].filter((name) => !found.includes(name)).map((name) => `lacks ${name}`),
    ...found.filter((name) => !allowed.has(name)).map((name) => `names ${name}, which is unknown`),
  ]
}

const urlOf = (path: string) => new URL(`../${path}`, import.meta.url)
const read = (path: string) => readFile(urlOf(path), 'utf8')

const schemaText = (schema: object) => `${JSON.stringify(schema, null, 2)}\n`

const written: [string, (found: string) => string][] = [
  [
    PAGE,
    (found) => withTable(withTable(found, 'variables', variableTable()), 'file', settingsTable()),
  ],
  ['docs/config.schema.json', () => schemaText(fileJsonSchema())],
  ['docs/apply.schema.json', () => schemaText(organizationJsonSchema())],
]

const problems = exampleProblems(await read('.env.example')).map(
  (problem) => `.env.example ${problem}`,
)
for (const [path, wantedOf] of written) {
  const found = await read(path).catch(() => '')
  const wanted = wantedOf(found)
  if (found === wanted) continue
  if (!process.argv.includes('--check')) await writeFile(urlOf(path), wanted)
  else problems.push(`${path} is out of date; write it with: npm run docs:write`)
}
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exitCode = 1
}
