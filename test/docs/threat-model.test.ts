import { existsSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { loadConfig } from '../../src/config/config.ts'
import { describeVariable, EnvironmentSchema, VARIABLE_NAMES } from '../../src/config/variables.ts'
import { CLIENT_TOKEN_LIFETIME } from '../../src/domain/api-token-life.ts'
import { operationsOf, readDocument } from '../openapi/document.ts'
import { markedTable, quotedIn, readText, THREAT_MODEL } from './page.ts'

// What docs/threat-model.md and SECURITY.md say is what the service has: secrets and variables, figures, operations.

const TEST = new URL('..', import.meta.url)
const PAGES = { 'SECURITY.md': readText('SECURITY.md'), 'docs/threat-model.md': THREAT_MODEL }

const [heads = [], ...secrets] = markedTable('secrets')
const quotedInColumn = (name: string) =>
  quotedIn(secrets.map((row) => row[heads.indexOf(name)]).join('\n'))

/** All of the database, as `table.column`. */
const columns = [
  ...readText('prisma/schema.prisma').matchAll(/^model \w+ \{\n(.*?)^\}/gms),
].flatMap(([, body = '']) => {
  const table = /@@map\("(\w+)"\)/.exec(body)?.[1]
  return [...body.matchAll(/^ {2}(\w+) +(\w+)(.*)$/gm)].map(([, field, type, rest = '']) => ({
    name: `${table}.${/@map\("(\w+)"\)/.exec(rest)?.[1] ?? field}`,
    type,
  }))
})

describe.each(Object.entries(PAGES))('%s', (_, page) => {
  it('names tests that exist', () => {
    const tests = quotedIn(page).filter((name) => /^[a-z][a-z0-9]*(\/[a-z][a-z0-9-]*)+$/.test(name))
    const missing = tests.filter((name) => !existsSync(new URL(`${name}.test.ts`, TEST)))
    expect(tests.length).toBeGreaterThan(10)
    expect(missing.filter((name) => !existsSync(new URL(`../${name}`, TEST)))).toEqual([])
  })

  it('names variables that there are', () => {
    const named = quotedIn(page).filter((name) => /^[A-Z]+(_[A-Z]+)+$/.test(name))
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((name) => !Object.hasOwn(EnvironmentSchema.shape, name))).toEqual([])
  })
})

test('SECURITY.md speaks of the version that this is', () => {
  const { version } = JSON.parse(readText('package.json')) as { version: string }
  expect(PAGES['SECURITY.md']).toContain(`| ${version}, which is`)
})

describe('the table of secrets', () => {
  it('has every secret that can be set', () => {
    const named = quotedInColumn('secret')
    const set = VARIABLE_NAMES.filter((name) => describeVariable(name).secret)
    expect(set.filter((name) => !named.includes(name))).toEqual([])
  })

  it('has every column that keeps one, or the page says that it is none', () => {
    const bytes = columns.filter(({ type }) => type === 'Bytes').map(({ name }) => name)
    expect(bytes.length).toBeGreaterThan(8)
    expect(bytes.filter((name) => !quotedIn(THREAT_MODEL).includes(name))).toEqual([])
  })

  it('has columns that there are', () => {
    const named = quotedInColumn('where it is kept').filter((name) =>
      /^[a-z_]+\.[a-z_]+$/.test(name),
    )
    const known = columns.map(({ name }) => name)
    expect(named.length).toBeGreaterThan(8)
    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })

  it('says of each who has it, how it is kept, how long it lives, and what tests that', () => {
    expect(secrets.length).toBeGreaterThan(12)
    for (const row of secrets) {
      expect(row, row[0]).toHaveLength(6)
      expect(row.filter((cell) => cell === '')).toEqual([])
    }
  })
})

describe('a figure', () => {
  const { limits, ...config } = loadConfig({})
  const defaults: Record<string, unknown> = {
    ROBOT_TOKEN_TTL: config.robotTokenTtl,
    REGISTRY_TOKEN_TTL: config.registryTokenTtl,
    SIGNING_KEY_MAX_AGE: config.signingKeyMaxAge,
    LOG_RETENTION_DAYS: config.logRetentionDays,
    'limits.token_lifetime': `${limits.tokenLifetime / 86_400}d`,
    'limits.organizations': limits.organizations,
    'limits.robots': limits.robots,
  }
  const figures = [...THREAT_MODEL.matchAll(/`([A-Z_]+|limits\.\w+)`\s+\((\w+)\)/g)].map(
    ([, name = '', figure]) => [name, figure] as const,
  )

  it('stands beside each setting that has one here', () => {
    expect(figures.map(([name]) => name).sort()).toEqual(Object.keys(defaults).sort())
  })

  it.each(figures)('of %s is its default, %s', (name, figure) => {
    expect(figure).toBe(String(defaults[name]))
  })

  it('of the tokens of applications is theirs', () => {
    const row = secrets.find(([name]) => name === 'API token of an application')
    expect(row?.[4]).toBe(`${CLIENT_TOKEN_LIFETIME} s`)
  })
})

test('the kinds of entries for secrets that were shown are those of the log', () => {
  const kinds = readText('src/services/audit/audit-log.ts').matchAll(/'((?:reveal|export)_\w+)'/g)
  const named = quotedIn(THREAT_MODEL).filter((name) => /^(reveal|export)_/.test(name))
  expect(named.sort()).toEqual([...kinds].map(([, kind]) => kind).sort())
})

test('the operations that are open without an API token are those of the document', async () => {
  const [, ...rows] = markedTable('open')
  const open = operationsOf(await readDocument())
    .filter(({ operation }) => operation.security.some((scheme) => !('apiToken' in scheme)))
    .map(({ operation }) => operation.operationId)
  expect(rows.flatMap(([operations = '']) => quotedIn(operations)).sort()).toEqual(open.sort())
})
