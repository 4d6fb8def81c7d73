import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Db } from '../../src/db/client.ts'
import { rows, type Statement } from '../../src/db/statements.ts'
import { SCOPES } from '../../src/domain/scopes.ts'
import { basic, bearer } from '../helpers/api.ts'
import { send } from '../helpers/raw-http.ts'
import { startService, type TestService } from '../helpers/service.ts'
import { operationsOf, readDocument } from '../openapi/document.ts'
import { buildWorld, type World } from '../openapi/security-world.ts'
import { crowd } from './crowd.ts'

// What the service asks the database for reading and for logging in, and how that finds it among
// 20,000 rows in each table.

interface Sent {
  name?: string
  text: string
  values: unknown[]
}

/** Read whole: some rows at most, whatever there is in the database. */
const SMALL = new Set(['signing_keys', 'registry_authority'])

const reads = operationsOf(await readDocument()).filter(({ method }) => method === 'get')

let service: TestService
let world: World
let token: string

beforeAll(async () => {
  service = await startService({ config: { superusersFullAccess: true } })
  world = await buildWorld(service)
  token = await service.token('root', SCOPES)
  await crowd(service.db)
}, 120_000)
afterAll(() => service.close())

it.each(reads.map((read) => [read.operation.operationId, read.path] as const))(
  'finds by an index what %s is about',
  async (id, path) => {
    const url = path.replace(/\{(\w+)\}/g, (_, name) => world.existing[name] ?? name)
    const query = id.endsWith('Robots') ? '?permissions=true&limit=10' : ''
    const sent = await statementsOf(() => ask('GET', `${url}${query}`, bearer(token)))
    expect(tablesScanned(await plansOf(service.db, sent))).toEqual([])
  },
)

it('would find out a statement without an index', async () => {
  const sent = { text: 'SELECT id FROM robots WHERE description = $1', values: ['x'] }
  expect(tablesScanned(await plansOf(service.db, [sent]))).toEqual(['robots'])
})

const unsigned = [{ alg: 'none' }, { iss: 'https://issuer.example', sub: 'somebody' }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.')

const WANTED = 'scope=repository:acme/team/web:pull,push&scope=repository:crowd7/web:pull'

it.each([
  ['with a static token', () => basic(world.robot.name, world.robot.token)],
  ['with an API token', () => basic('$oauthtoken', token)],
  ['with an application token', () => basic('$app', world.appToken)],
  ['with a password', () => basic('root', 'password')],
] as const)('finds by an index who logs in to the registry %s, and what for', async (_, login) => {
  const sent = await statementsOf(() => ask('GET', `/v2/auth?${WANTED}`, login(), 200))
  expect(sent.length).toBeGreaterThan(1)
  const nodes = await plansOf(service.db, sent)
  expect(tablesScanned(nodes)).toEqual([])
  expect(conditionsOn('repositories', nodes)).toContainEqual(
    expect.stringMatching(/namespace_id.*name/),
  )
})

/** PostgreSQL plans the first five for their values, then weighs whether that was worth it. */
const WEIGHED = 5

it('plans the statements of a log-in once, not for each request', async () => {
  const login = basic(world.robot.name, world.robot.token)
  const names = new Set<string>()
  for (let index = 0; index < WEIGHED + 3; index++) {
    const sent = await statementsOf(() => ask('GET', `/v2/auth?${WANTED}`, login, 200))
    for (const { name } of sent) if (name) names.add(name)
  }
  const planned = await rows(service.db, PLANNED, [[...names]])
  expect(planned.map(({ name }) => name)).toContain('find_repository_roles_of_robot')
  expect(planned.filter(({ generic }) => !generic)).toEqual([])
})

const PLANNED: Statement<{ name: string; generic: boolean }> = {
  name: 'planned',
  text: `SELECT name, generic_plans > 0 AS generic FROM pg_prepared_statements
         WHERE name = ANY($1) AND generic_plans + custom_plans > ${WEIGHED}`,
}

it.each([
  ['of one robot', () => basic(world.robot.name, `${unsigned}.c2ln`)],
  ['of any robot', () => bearer(`${unsigned}.c2ln`)],
] as const)('finds by an index the federation %s', async (_, identity) => {
  const sent = await statementsOf(() =>
    ask('GET', '/oauth2/federation/robot/token', identity(), 401),
  )
  expect(sent.length).toBeGreaterThan(0)
  expect(tablesScanned(await plansOf(service.db, sent))).toEqual([])
})

async function ask(method: string, path: string, headers: Record<string, string>, status?: number) {
  const answer = await send(service.url, { method, path, headers })
  if (status !== undefined) expect(answer.status).toBe(status)
  expect(answer.status).toBeLessThan(500)
}

/** What `work` sends to the database, but for what begins and ends transactions. */
async function statementsOf(work: () => Promise<unknown>): Promise<Sent[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    await service.services.settled()
    const all = (query.mock.calls as unknown[][]).map(([sent]) => sent as Sent)
    return all.filter(({ text }) => /^\s*(SELECT|WITH|UPDATE|DELETE)/i.test(text ?? ''))
  } finally {
    query.mockRestore()
  }
}

let explained = 0

/** The larger tables that are read from one end to the other. */
function tablesScanned(nodes: PlanNode[]): string[] {
  const scans = nodes.filter((node) => node['Node Type'] === 'Seq Scan')
  const scanned = new Set(scans.map((node) => node['Relation Name'] as string))
  return [...scanned].filter((table) => !SMALL.has(table))
}

const conditionsOn = (table: string, nodes: PlanNode[]) =>
  nodes.filter((node) => node['Relation Name'] === table).map((node) => node['Index Cond'])

type PlanNode = Record<string, unknown>

/** The nodes of the plans of all statements. */
async function plansOf(db: Db, sent: Sent[]): Promise<PlanNode[]> {
  const nodes: PlanNode[] = []
  for (const { text, values } of sent) {
    const name = `explain_${explained++}`
    const plans = { name, text: `EXPLAIN (FORMAT JSON) ${text}` }
    nodes.push(...nodesOf(await rows(db, plans, values ?? [])))
  }
  return nodes
}

function nodesOf(part: unknown): PlanNode[] {
  if (typeof part !== 'object' || part === null) return []
  const own = 'Node Type' in part ? [part as PlanNode] : []
  return [...own, ...Object.values(part).flatMap(nodesOf)]
}
