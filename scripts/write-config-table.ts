import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import {
  describeVariable,
  EnvironmentSchema,
  VARIABLE_NAMES,
  type VariableName,
} from '../src/config/variables.ts'

// tsx scripts/write-config-table.ts [--check]
// Writes the table of variables into README.md, or with --check fails when it differs from the schema,
// or when .env.example lacks a variable or names one that does not exist.

const README = new URL('../README.md', import.meta.url)
const EXAMPLE = new URL('../.env.example', import.meta.url)

const START = '<!-- configuration -->'
const END = '<!-- /configuration -->'

function tableRow(name: VariableName): string {
  const { description, secret, default: worded } = describeVariable(name)
  const json = z.toJSONSchema(EnvironmentSchema.shape[name], {
    io: 'input',
    unrepresentable: 'any',
  })
  const names = secret ? `\`${name}\` or \`${name}_FILE\`` : `\`${name}\``
  const choices = json.enum ? `: ${json.enum.map((choice) => `\`${choice}\``).join(', ')}` : ''
  const fallback = worded ?? (json.default === undefined ? 'none' : `\`${json.default}\``)
  return `| ${names} | ${description}${choices} | ${fallback} |`
}

function withTable(readme: string): string {
  const start = readme.indexOf(START)
  const end = readme.indexOf(END, start)
  if (start < 0 || end < 0) throw new Error(`README.md lacks ${START} or, after it, ${END}`)
  const table = [
    '| Variable | Meaning | Default |',
    '| --- | --- | --- |',
    ...VARIABLE_NAMES.map(tableRow),
  ]
  return `${readme.slice(0, start)}${START}\n${table.join('\n')}\n${readme.slice(end)}`
}

/** What is wrong with .env.example, which has each variable once, set or commented out. */
function exampleProblems(example: string): string[] {
  const found = [...example.matchAll(/^(?:# ?)?([A-Z][A-Z_]*)=/gm)].map(([, name]) => name ?? '')
  const wanted = new Set<string>(VARIABLE_NAMES)
  const files = VARIABLE_NAMES.filter((name) => describeVariable(name).secret)
  const allowed = new Set<string>([...wanted, ...files.map((name) => `${name}_FILE`)])
  return [
    ...[...wanted].filter((name) => !found.includes(name)).map((name) => `lacks ${name}`),
    ...found.filter((name) => !allowed.has(name)).map((name) => `names ${name}, which is unknown`),
  ]
}

const readme = await readFile(README, 'utf8')
const wanted = withTable(readme)
const problems = exampleProblems(await readFile(EXAMPLE, 'utf8')).map(
  (problem) => `.env.example ${problem}`,
)
if (process.argv.includes('--check')) {
  if (readme !== wanted) {
    problems.push(
      "README.md's table of variables is out of date; write it with: npm run docs:write",
    )
  }
} else if (readme !== wanted) {
  await writeFile(README, wanted)
}
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`)
  process.exitCode = 1
}
