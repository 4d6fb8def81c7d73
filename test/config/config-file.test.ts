import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ConfigError, loadConfig } from '../../src/config/config.ts'

let folder: string
let path: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-file-'))
  path = join(folder, 'robots.yaml')
})
afterAll(() => rmSync(folder, { recursive: true }))

function load(yaml: string, variables: Record<string, string> = {}) {
  writeFileSync(path, yaml)
  return loadConfig({ ...variables, CONFIG_FILE: path })
}

/** What the operator reads, without what every line begins with. */
function problemsOf(yaml: string, variables: Record<string, string> = {}): string[] {
  try {
    load(yaml, variables)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    const [first, ...lines] = (error as Error).message.split('\n')
    expect(first).toBe('The configuration cannot be used:')
    return lines.map((line) => line.trim().replace(`CONFIG_FILE: ${path}`, 'FILE'))
  }
  throw new Error('the configuration was accepted')
}

const DEFAULTS = {
  limits: {
    robots: 50_000,
    repositories: 50_000,
    teams: 5_000,
    organizations: 1_000,
    robotApiTokens: 20,
    tokenLifetime: 365 * 86_400,
  },
  names: { reserved: [], organizationCreation: 'anyone' },
}

it.each([
  ['an empty file', ''],
  ['comments', '# nothing yet\n'],
  ['an empty document', '---\n'],
  ['no sections', '{}'],
  ['sections with nothing in them', 'limits:\n# robots: 5\nnames:\n'],
  ['sections that are empty', 'limits: {}\nnames: {}\n'],
])('%s: every setting has its default, as without a file', (_, yaml) => {
  expect(load(yaml)).toMatchObject(DEFAULTS)
  expect(loadConfig({})).toMatchObject(DEFAULTS)
})

it('takes every setting, and leaves the others at their defaults', () => {
  const { limits, names } = load(`
limits: { robots: 0, repositories: 10000000, organizations: unlimited, robot_api_tokens: 3, token_lifetime: 90d }
names:
  reserved:
    - internal
    - acme.eu
  organization_creation: superusers
`)
  expect(limits).toEqual({
    robots: 0,
    repositories: 10_000_000,
    teams: 5_000,
    organizations: Number.POSITIVE_INFINITY,
    robotApiTokens: 3,
    tokenLifetime: 90 * 86_400,
  })
  expect(names).toEqual({ reserved: ['internal', 'acme.eu'], organizationCreation: 'superusers' })
})

it('reads JSON, which is YAML', () => {
  expect(load('{"limits": {"teams": 3}}').limits.teams).toBe(3)
})

it.each([
  ['60s', 60],
  ['1m', 60],
  ['12h', 43_200],
  ['2w', 1_209_600],
  ['365d', 31_536_000],
  ['3652d', 315_532_800],
  ['unlimited', 315_576_000],
])('token_lifetime %s is %i seconds', (text, seconds) => {
  expect(load(`limits: {token_lifetime: ${text}}`).limits.tokenLifetime).toBe(seconds)
})

it.each([
  ['60s', 60],
  ['3652d', 315_532_800],
  ['unlimited', Number.POSITIVE_INFINITY],
])('secret_max_lifetime %s is %d seconds', (text, seconds) => {
  expect(load(`policy: {secret_max_lifetime: ${text}}`).policy.secretMaxLifetime).toBe(seconds)
})

it.each<[string, object]>([
  ['trusted_issuers: listed', { trustedIssuers: 'listed' }],
  ['federation_audiences: required', { federationAudiences: 'required' }],
  ['audience: https://jobs.example.com', { audience: 'https://jobs.example.com' }],
  ['secret_max_lifetime: 90d', { secretMaxLifetime: 90 * 86_400 }],
  ['secret_visibility: once', { secretVisibility: 'once' }],
  ['secrets_allowed: false', { secretsAllowed: false }],
  ['robots_max: 7', { robotsMax: 7 }],
  ['robot_api_tokens: false', { robotApiTokens: false }],
  ['robot_api_token_exchange: false', { robotApiTokenExchange: false }],
  ['identity_token_as_password: false', { identityTokenAsPassword: false }],
])('policy decides with %s that alone', (line, decided) => {
  expect(load(`policy: {${line}}`).policy).toEqual({ ...load('policy: {}').policy, ...decided })
})

describe('refuses, with the line', () => {
  const COUNT = 'must be a whole number from 0 to 10000000, or unlimited'
  const LIFETIME =
    'must be a duration from 1m to 3652d such as 90d or 12h (s, m, h, d, w), or unlimited'

  it.each(['-1', '1.5', '10000001', '"5"', 'many', 'Unlimited', '[]', 'true', '.inf', '.nan', ''])(
    'limits.robots: %s',
    (value) => {
      expect(problemsOf(`limits:\n  robots: ${value}\n`)).toEqual([
        `FILE, line 2: limits.robots: ${COUNT}`,
      ])
    },
  )

  it.each([
    '365',
    '"365"',
    '59s',
    '0d',
    '3653d',
    '1.5d',
    '-1d',
    '1y',
    '90 d',
    '1d12h',
    '9999999999s',
    '"90d\\n"',
    'never',
    '[90d]',
  ])('limits.token_lifetime: %s', (value) => {
    expect(problemsOf(`\nlimits: {token_lifetime: ${value}}`)).toEqual([
      `FILE, line 2: limits.token_lifetime: ${LIFETIME}`,
    ])
  })

  it.each(['0', '59s', '3653d', 'none', '[90d]'])('policy.secret_max_lifetime: %s', (value) => {
    expect(problemsOf(`\npolicy: {secret_max_lifetime: ${value}}`)).toEqual([
      `FILE, line 2: policy.secret_max_lifetime: ${LIFETIME}`,
    ])
  })

  it.each(['""', '"*"', '" a"', '"a\\n"', '[a]', 'a'.repeat(2049)])(
    'policy.audience: %s',
    (value) => {
      expect(problemsOf(`policy: {audience: ${value}}`)).toEqual([
        'FILE, line 1: policy.audience: must be one audience, such as https://robots.example.com, of at most 2048 characters',
      ])
    },
  )

  it.each([
    ['limits: {robot: 5}', 'limits.robot: there is no such setting; did you mean robots?'],
    [
      'limits: {tokenLifetime: 5}',
      'limits.tokenLifetime: there is no such setting; did you mean token_lifetime?',
    ],
    ['limit: {robots: 5}', 'limit: there is no such setting; did you mean limits?'],
    [
      'PORT: 8080',
      'PORT: there is no such setting; known: limits, names, policy, issuers, webhooks, sign_in',
    ],
    [
      'names: {colour: red}',
      'names.colour: there is no such setting; known: reserved, organization_creation',
    ],
    ['limits: 5', 'limits: must hold settings'],
    ['limits: []', 'limits: must hold settings'],
    ['names: {reserved: library}', 'names.reserved: must be a list of names'],
    ['names: {reserved: [1]}', 'names.reserved[0]: is no name that an account could have'],
    [
      'names: {reserved: [ok, No Name]}',
      'names.reserved[1]: is no name that an account could have',
    ],
    [
      'names: {organization_creation: nobody}',
      'names.organization_creation: Invalid option: expected one of "anyone"|"superusers"',
    ],
    ['limits: {robots: 1, robots: 2}', 'Map keys must be unique'],
    ['limits: {robots: *many}', 'Unresolved alias (the anchor must be set before the alias): many'],
    ['limits: {robots: 1', expect.stringMatching(/^Flow map .* must be .*indented/)],
    ['limits: {robots: !!js 1}', 'Unresolved tag: tag:yaml.org,2002:js'],
    ['limits: {robots: 1}\n---\nlimits: {}', expect.stringContaining('multiple documents')],
  ])('%j', (yaml, problem) => {
    const [found, ...more] = problemsOf(yaml)
    expect(found?.replace(/^FILE(, line \d)?: /, '')).toEqual(problem)
    expect(more).toEqual([])
  })

  it.each(['[]', '- limits', 'limits', '5'])('%s, which is no sections', (yaml) => {
    expect(problemsOf(yaml)).toEqual([
      'FILE: must hold sections: limits, names, policy, issuers, webhooks, sign_in',
    ])
  })

  it('all that is wrong in one message, with what is wrong in the environment', () => {
    expect(
      problemsOf(
        'limits:\n  robots: x\n  reserved: []\nnames:\n  reserved:\n    - ok\n    - x\nother:\n  deep: 1\n',
        {
          PORT: 'x',
        },
      ),
    ).toEqual([
      'PORT: must be a whole number from 1 to 65535',
      'FILE, line 2: limits.robots: must be a whole number from 0 to 10000000, or unlimited',
      'FILE, line 3: limits.reserved: there is no such setting; known: robots, repositories, teams, organizations, robot_api_tokens, token_lifetime',
      'FILE, line 7: names.reserved[1]: is no name that an account could have',
      'FILE, line 8: other: there is no such setting; known: limits, names, policy, issuers, webhooks, sign_in',
    ])
  })
})

it.each([
  ['is missing', () => '/nowhere/robots.yaml', 'ENOENT'],
  ['is a folder', () => folder, 'EISDIR'],
])('refuses a file that %s, rather than take the defaults', (_, pathOf, code) => {
  expect(() => loadConfig({ CONFIG_FILE: pathOf() })).toThrow(
    `\n  CONFIG_FILE: cannot read ${pathOf()} (${code})`,
  )
})

describe('the documents', () => {
  const schema = JSON.parse(readFileSync('docs/config.schema.json', 'utf8'))
  const validate = new Ajv().compile(schema)
  const example = /```yaml\n(.*?)```/s.exec(readFileSync('docs/configuration.md', 'utf8'))?.[1]

  it('show an example that the service takes, and the JSON Schema too', () => {
    expect(load(example ?? '').names.organizationCreation).toBe('superusers')
    expect(validate(parse(example ?? ''))).toBe(true)
  })

  it.each(['limits: {robot: 1}', 'limits: {token_lifetime: 90}', 'limits: {robots: many}', 'x: 1'])(
    'publish a JSON Schema that refuses %s, as the service does',
    (yaml) => {
      expect(problemsOf(yaml)).toHaveLength(1)
      expect(validate(parse(yaml))).toBe(false)
    },
  )
})
