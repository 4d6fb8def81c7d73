import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { FileProblems, readDocuments } from '../../src/apply/read-documents.ts'
import { quayRobots } from '../cli/program.ts'
import { ACME } from './acme.ts'

// What files may say, and how they are refused: a line for each thing, before any service is asked.

/** What is wrong with files of these texts, which are called by letters. */
function problemsOf(...texts: string[]): string[] {
  const files = texts.map((text, index) => ({ name: `${'abc'[index]}.yaml`, text }))
  try {
    readDocuments(files)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(FileProblems)
    return (error as Error).message.split('\n')
  }
}

/** Aliases of aliases: a few lines that stand for ten to the ninth. */
const BOMB = `organization: acme
unknown:
  - &a0 [x, x, x, x, x, x, x, x, x, x]
${[1, 2, 3, 4, 5, 6, 7, 8, 9]
  .map(
    (level) =>
      `  - &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
  )
  .join('\n')}
`

test.each<[string, string, string[]]>([
  ['nothing', '', ['a.yaml: there is no organization']],
  ['a list', '- acme', ['a.yaml:1: must hold keys; write {} for none']],
  ['no name', 'teams: {}', ['a.yaml:1: organization: expected string, received undefined']],
  [
    'an unknown key',
    'organization: acme\nrobots:\n  ci:\n    descripton: CI\n',
    ["a.yaml:4: robots.ci: unknown key 'descripton': did you mean description?"],
  ],
  [
    'an unknown key at the top, and another mistake',
    'organization: acme\nrobot: {}\nteams: []\n',
    [
      'a.yaml:3: teams: must hold keys; write {} for none',
      "a.yaml:2: unknown key 'robot': did you mean robots?",
    ],
  ],
  [
    'lists that are empty by mistake',
    'organization: acme\nrobots:\nteams:\n  devs:\n    members:\n',
    [
      'a.yaml:5: teams.devs.members: must be a list; write [] for none',
      'a.yaml:2: robots: must hold keys; write {} for none',
    ],
  ],
  [
    'a robot twice',
    'organization: acme\nrobots:\n  ci:\n  ci: {}\n',
    ['a.yaml:4: ci is there twice'],
  ],
  [
    'a member twice',
    'organization: acme\nteams:\n  devs:\n    members: [bob, carol, bob]\n',
    ['a.yaml:4: teams.devs.members[2]: bob is there twice'],
  ],
  [
    'an organization twice',
    'organization: acme\n---\norganization: acme\n',
    ['a.yaml:3: the organization acme is there twice: a.yaml:1 has it, too'],
  ],
  [
    'a default permission twice',
    'organization: acme\ndefault_permissions:\n  - {team: devs, role: read}\n  - {team: devs, role: write}\n',
    ['a.yaml:4: default_permissions[1]: the same user, robot or team is there twice'],
  ],
  [
    'an entry twice',
    'organization: acme\nrobots:\n  ci:\n    federation:\n      - {issuer: https://a.example, subject: x}\n      - {issuer: https://a.example, subject: x}\n',
    ['a.yaml:4: robots.ci.federation: Duplicate federation config entry'],
  ],
  [
    'names that cannot be',
    'organization: acme\nteams: {A: }\nrobots: {x: }\nrepositories: {-: }\n',
    [
      expect.stringMatching(/^a.yaml:2: teams.A: must have 2 to 255 characters/),
      expect.stringMatching(/^a.yaml:3: robots.x: The name for the robot 'x' is invalid/),
      'a.yaml:4: repositories.-: is no name of a repository',
    ],
  ],
  [
    'a robot of somebody else',
    'organization: acme\nteams: {devs: {members: [other+ci]}}\n',
    ['a.yaml:2: teams.devs.members[0]: other+ci is a robot of somebody else'],
  ],
  [
    'a reason without its disabling',
    'organization: acme\nrobots: {ci: {disabled_reason: old}}\n',
    [
      'a.yaml:2: robots.ci: disabled_reason says why a robot is disabled: write enabled: false with it',
    ],
  ],
  ['no YAML', 'organization: [acme', [expect.stringMatching(/^a.yaml:1: /)]],
  [
    'a cycle',
    'organization: acme\nteams: &teams\n  devs:\n    members: *teams\n',
    ['a.yaml:4: *teams stands in what it stands for, a cycle: write it out'],
  ],
  [
    'an alias of nothing',
    'organization: acme\nteams: *none\n',
    ['a.yaml:2: *none is not known: nothing before it is called &none'],
  ],
  [
    'a bomb of aliases',
    BOMB,
    [expect.stringMatching(/^a.yaml:\d+: \*a\d repeats more than 10000 things/)],
  ],
])('a file with %s is refused', (_, text, problems) => {
  expect(problemsOf(text)).toEqual(problems)
})

it('refuses an organization that two files have', () => {
  expect(problemsOf('organization: acme', '\n\norganization: acme')).toEqual([
    'b.yaml:3: the organization acme is there twice: a.yaml:1 has it, too',
  ])
})

it('takes aliases, and names that look like numbers', () => {
  const [said] = readDocuments([
    {
      name: 'a.yaml',
      text: 'organization: acme\nrobots:\n  007: &ci {description: "7"}\n  ci: *ci\n',
    },
  ])
  expect(said?.document.robots).toEqual({ '007': { description: '7' }, ci: { description: '7' } })
})

test('the program says so, on standard error, and asks no service', async () => {
  const cwd = new URL('.', import.meta.url).pathname
  const run = (file: string, input = '') =>
    quayRobots({}, ['apply', '-f', file, '--token-file', 'none'], input, cwd)
  expect(await run('-', 'organization: acme\nrobot: {}\n')).toEqual({
    code: 2,
    stdout: '',
    stderr: "-:2: unknown key 'robot': did you mean robots?\n",
  })
  expect(await run('nowhere.yaml')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: nowhere.yaml: there is no such file\n/),
  })
  expect(await run('../apply')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/it is a folder: name its files\n/),
  })
})

describe('the documents', () => {
  const validate = new Ajv({ strict: false, formats: { 'date-time': true } }).compile(
    JSON.parse(readFileSync('docs/apply.schema.json', 'utf8')),
  )

  it.each([
    ['docs/apply.md', /```yaml\n(.*?)```/s.exec(readFileSync('docs/apply.md', 'utf8'))?.[1] ?? ''],
    ['an export', ACME],
  ])('%s shows what is taken, by the JSON Schema, too', (_, text) => {
    expect(problemsOf(text)).toEqual([])
    expect(validate(parse(text))).toBe(true)
  })

  it.each(['{}', 'organization: acme\nrobot: {}', 'organization: acme\nteams: {a: {role: owner}}'])(
    'publish a JSON Schema that refuses %s, as the program does',
    (text) => {
      expect(problemsOf(text)).not.toEqual([])
      expect(validate(parse(text))).toBe(false)
    },
  )
})
