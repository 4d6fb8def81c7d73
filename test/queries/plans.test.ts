import { afterAll, beforeAll, expect, it } from 'vitest'
import { rows, statement } from '../../src/db/statements.ts'
import { SCOPES } from '../../src/domain/scopes.ts'
import { createLogRetention } from '../../src/services/audit/log-retention.ts'
import { crowd } from '../db/crowd.ts'
import { basic, bearer } from '../helpers/api.ts'
import { type PlanNode, plansOf, recordStatements, tablesScanned } from '../helpers/plans.ts'
import { send } from '../helpers/raw-http.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { operationsOf, readDocument } from '../openapi/document.ts'
import { type EveryObject, makeEveryObject } from '../openapi/every-object.ts'

// What the service asks the database for reading and for logging in, and how that finds it among
// 20,000 rows in each table. What it asks for changes is seen in test/golden.

/** Filters and orders of lists of robots, orders with a page after the first. */
const SEARCHES = [
  ...['q=deployer', 'label=team:web', 'label=team:web&q=dep&state=active'],
  ...['disabled', 'expired', 'expiring', 'unused', 'unused&sort=last_used'].map(
    (state) => `state=${state}`,
  ),
  ...['secret_expiring', 'any_audience', 'needless_secret'].map((state) => `state=${state}`),
  ...['secret_against_policy', 'issuer_against_policy'].map((state) => `state=${state}`),
  ...[
    ['created', ''],
    ['expires', ''],
    ['expires', '2027-01-31T00:00:00.000Z'],
    ['last_used', ''],
    ['last_used', '2026-01-31T00:00:00.000Z'],
  ].flatMap(([sort, key]) => {
    const id = '019abfd5-0000-7000-8000-000000000000'
    const after = Buffer.from(`${sort} ${id} ${key}`).toString('base64url')
    return [`sort=${sort}`, `sort=${sort}&next_page=${after}`]
  }),
]

/** By operation: what is asked for beside what the path names; nothing, where it is not here. */
const QUERIES: Record<string, string[]> = {
  getOrgRobot: ['', 'details=true'],
  getUserRobots: [
    '',
    'limit=10',
    'details=true',
    'details=true&permissions=true',
    'permissions=true&token=true',
    'limit=10&next_page=cm9ib3Q',
    ...SEARCHES,
  ],
  getOrgRobots: [
    '',
    'limit=10',
    'details=true',
    'details=true&permissions=true',
    'permissions=true&token=true',
    'limit=10&next_page=cm9ib3Q',
    ...SEARCHES,
  ],
  listAllRobots: [
    '',
    `next_page=${Buffer.from('name 019abfd5-0000-7000-8000-000000000000 robot').toString('base64url')}`,
    ...SEARCHES,
  ],
  ...Object.fromEntries(
    ['listUserRobotApiTokens', 'listOrgRobotApiTokens'].map((id) => [
      id,
      ['', 'next_page=MDE5YWJmZDUtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw'],
    ]),
  ),
  listRepos: [
    'namespace=acme',
    'public=true',
    'namespace=acme&public=true',
    'namespace=acme&q=we',
    'namespace=acme&sort=-name',
    'namespace=acme&public=true&q=we&sort=-name',
    'public=true&next_page=MDE5YWJmZDUtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAwL3dlYg',
  ],
  getOrgAccess: [
    '',
    'q=dep&kind=robot',
    'repository=team/web&role=write',
    'repository_q=w&limit=1',
  ],
  listOrganizationTeams: ['', 'q=dev&limit=1', 'sort=-name&limit=1'],
  listAllUsers: ['', 'q=o&disabled=false', 'sort=-name', 'q=o&next_page=Ym9i'],
  listAllOrganizations: ['', 'q=c', 'sort=-name', 'q=c&next_page=YWNtZQ'],
  getOrganizationApplications: ['', 'q=ter'],
  listUserTokens: ['', 'q=lap'],
  listInstallUserTokens: ['', 'q=lap'],
  listRetiredNames: ['', 'q=o', 'sort=-name', 'q=o&next_page=Z29uZTE'],
  fillFederationTemplate: ['repo=acme/web&repository_id=1&environment=production'],
  getMatchingEntities: ['', 'namespace=acme&includeTeams=true&includeOrgs=true'],
  ...Object.fromEntries(
    ['listUserLogs', 'listOrgLogs', 'listRepoLogs', 'listAllLogs'].map((id) => [
      id,
      [
        ...['', 'performer=root', 'kind=create_robot'],
        `robot=${id === 'listAllLogs' ? 'acme%2Bdeployer' : 'deployer'}`,
        'next_page=MDE5YWJmZDUtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw',
      ],
    ]),
  ),
}

/**
 * Those that an API token alone does not open; logging in has tests of its own below, but for that by a provider, which
 * `test/sessions` has.
 */
const OTHERWISE = new Set([
  'beginProviderSession',
  'completeProviderSession',
  'authFederatedRobotToken',
  'getRegistryToken',
  'getRegistryVersion',
  'getMetrics',
])

const reads = operationsOf(await readDocument())
  .filter(({ method, operation }) => method === 'get' && !OTHERWISE.has(operation.operationId))
  .flatMap(({ path, operation: { operationId } }) =>
    (QUERIES[operationId] ?? ['']).map((query) => [operationId, query, path] as const),
  )

let stage: Stage
let objects: EveryObject
/** Of a superuser who may do everything; of an administrator of the organization; of an application of it. */
let tokens: Record<'root' | 'bob' | 'application', string>

beforeAll(async () => {
  stage = await startStage({ config: { superusersFullAccess: true } })
  objects = await makeEveryObject(stage)
  const { id, secret } = objects.application
  const granted = await send(stage.url, {
    method: 'POST',
    path: '/oauth/token',
    headers: { ...basic(id, secret), 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  })
  tokens = {
    root: await stage.token('root', SCOPES),
    bob: await stage.token('bob', SCOPES),
    application: (granted.body as { access_token: string }).access_token,
  }
  const { put } = stage.api.as(tokens.root)
  await put('/api/v1/repository/acme/team/web/permissions/user/bob', { role: 'read' })
  await put('/api/v1/repository/acme/team/web/permissions/team/admins', { role: 'read' })
  await stage.people('bystander')
  await put('/api/v1/organization/acme/team/admins/members/bystander', {})
  // Enough that a page of a list is a small part of a table.
  await crowd(stage.db, 20_000)
}, 120_000)
afterAll(() => stage.close())

it.each(reads)('finds by an index what %s is about, asked %s', async (_, query, path) => {
  const names = objects.existingIn(path)
  const url = path.replace(/\{(\w+)\}/g, (_, name) => names[name] ?? name)
  for (const [who, token] of Object.entries(tokens)) {
    const sent = await statementsOf(async () => {
      const status = await ask('GET', `${url}?${query}`, bearer(token))
      if (who === 'root') expect(status, url).toBe(200)
    })
    expect(tablesScanned(await plansOf(stage.db, sent)), who).toEqual([])
  }
})

it('finds by an index whom to tell of an event, and what is to be delivered', async () => {
  const { services, db } = stage
  const sent = await statementsOf(async () => {
    await ask('GET', '/api/v1/organization/acme/robots/deployer', bearer(tokens.root ?? ''))
    await services.webhookDispatcher.deliverDue()
    await services.notices.runNow()
    await services.webhookOutbox()
    await services.oldWebhookDeliveries.runNow()
  })
  const about = sent.filter(({ text }) => text.includes('webhook'))
  expect(about.length).toBeGreaterThan(2)
  expect(tablesScanned(await plansOf(db, about))).toEqual([])
})

it('is asked for every list', () => {
  const ids = new Set(reads.map(([id]) => id))
  expect(Object.keys(QUERIES).filter((id) => !ids.has(id))).toEqual([])
})

it('finds by an index what tokens are about that are asked about, made or ended', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const { id, secret } = objects.application
  const post = (path: string, headers: object, body: string) =>
    send(stage.url, { method: 'POST', path, headers: { ...form, ...headers }, body })
  const sent = await statementsOf(async () => {
    const answers = [
      await post('/oauth2/federation/robot/introspect', bearer(tokens.root), 'token=x.y.z'),
      await post(
        '/oauth2/federation/robot/introspect',
        basic(objects.robot.name, objects.robot.token),
        'token=x',
      ),
      await post('/oauth/token', basic(id, secret), 'grant_type=client_credentials'),
      await post('/oauth/introspect', basic(id, secret), `token=${tokens.application}`),
      await post('/oauth/revoke', basic(id, secret), `token=${tokens.application}`),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })
  expect(sent.length).toBeGreaterThan(5)
  expect(tablesScanned(await plansOf(stage.db, sent))).toEqual([])
})

it('finds by an index what a member leaves', async () => {
  const sent = await statementsOf(() =>
    ask('DELETE', '/api/v1/organization/acme/members/bystander', bearer(tokens.root), 204),
  )
  const nodes = await plansOf(stage.db, sent)
  expect(tablesScanned(nodes)).toEqual([])
  // Not by all that others have in the organization.
  const conditions = conditionsOn('repository_permissions', nodes)
  expect(conditions.filter((condition) => condition !== undefined)).toEqual([
    expect.stringMatching(/user_id.*namespace_id/),
  ])
})

it('finds by an index the old entries of the log', async () => {
  const { db } = stage
  const clock = () => new Date('2021-01-02T00:00:00Z')
  const retention = createLogRetention({ db, clock, logRetentionDays: 10, batch: 10 })
  const sent = await statementsOf(() => retention.runNow())
  expect(sent).toHaveLength(1)
  expect(tablesScanned(await plansOf(db, sent))).toEqual([])
})

it('finds by an index the public repositories, for anybody', async () => {
  const sent = await statementsOf(() => ask('GET', '/api/v1/repository?public=true', {}, 200))
  expect(sent).toHaveLength(1)
  expect(tablesScanned(await plansOf(stage.db, sent))).toEqual([])
})

it('has an index for every reference to another table', async () => {
  const unindexed = await stage.db.$queryRaw`
    SELECT conrelid::regclass::text || '.' || conname AS reference FROM pg_constraint c
    WHERE contype = 'f' AND NOT EXISTS (
      SELECT FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1])`
  expect(unindexed).toEqual([])
})

it.each([
  ['robots', 'SELECT id FROM robots WHERE description = $1', ['x']],
  [
    'robots',
    'SELECT id FROM robots WHERE description = $1 ORDER BY namespace_id, name LIMIT 5',
    ['x'],
  ],
  ['robots', 'SELECT id FROM robots WHERE description = $1', ['x'], 'prepared'],
  ['teams', 'SELECT count(*) FROM teams WHERE name > $1', ['x']],
])('would find out that %s is read whole by %s', async (table, text, values, name?: string) => {
  const sent = { text, values, ...(name && { name }) }
  expect(tablesScanned(await plansOf(stage.db, [sent])).join()).toMatch(table)
})

const unsigned = [{ alg: 'none' }, { iss: 'https://issuer.example', sub: 'somebody' }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.')

const WANTED = 'scope=repository:acme/team/web:pull,push&scope=repository:crowd7/web:pull'

it.each([
  ['with a static token', () => basic(objects.robot.name, objects.robot.token)],
  ['with an API token', () => basic('$oauthtoken', tokens.root)],
  ['with an application token', () => basic('$app', objects.appToken)],
  ['with a password', () => basic('root', 'password')],
  ['with an e-mail address', () => basic('Root@example.com', 'password')],
] as const)('finds by an index who logs in to the registry %s, and what for', async (_, login) => {
  const sent = await statementsOf(() => ask('GET', `/v2/auth?${WANTED}`, login(), 200))
  expect(sent.length).toBeGreaterThan(0)
  const nodes = await plansOf(stage.db, sent)
  expect(tablesScanned(nodes)).toEqual([])
  expect(conditionsOn('repositories', nodes)).toContainEqual(
    expect.stringMatching(/namespace_id.*name/),
  )
})

it('finds by one statement, and indexes, a robot that has one secret or two, by either', async () => {
  const { put, post } = stage.api.as(tokens.root)
  const url = '/api/v1/organization/acme/robots/rotated'
  const first: string = (await put(url).expect(201)).body.token
  await expectOneStatement(first)
  const second: string = (await post(`${url}/regenerate?grace=1h`).expect(201)).body.token
  for (const secret of [first, second]) await expectOneStatement(secret)
})

async function expectOneStatement(secret: string) {
  const logIn = () => ask('GET', `/v2/auth?${WANTED}`, basic('acme+rotated', secret), 200)
  await logIn() // its last use is written down
  const sent = await statementsOf(logIn)
  const again = await statementsOf(logIn)
  // Not what the upkeep of the service may have sent during one of them.
  const ofBoth = sent.filter(({ text }) => again.some((one) => one.text === text))
  expect(ofBoth.map(({ name }) => name)).toEqual(['find_robot_login'])
  expect(tablesScanned(await plansOf(stage.db, ofBoth))).toEqual([])
}

/** PostgreSQL plans the first five for their values, then weighs whether that was worth it: what it cost so far, on average. */
const WEIGHED = 5

/** Enough for the average to forget the first ones, which may have found the tables empty. */
const LOGINS = 50

it('plans the statements of a log-in once, not for each request', async () => {
  const login = basic(objects.robot.name, objects.robot.token)
  const logins: string[][] = []
  for (let index = 0; index < LOGINS; index++) {
    const sent = await statementsOf(() => ask('GET', `/v2/auth?${WANTED}`, login, 200))
    logins.push(sent.flatMap(({ name }) => name ?? []))
  }
  // Not what the upkeep of the service may have sent during one of them.
  const names = logins.reduce((one, other) => one.filter((name) => other.includes(name)))
  const planned = await rows(stage.db, PLANNED, { names })
  expect(planned.map(({ name }) => name)).toContain('find_robot_login')
  expect(planned.filter(({ generic }) => !generic).map(({ name }) => name)).toEqual([])
})

const PLANNED = statement<{ name: string; generic: boolean }, { names: string[] }>(
  'planned',
  `SELECT name, generic_plans > 0 AS generic FROM pg_prepared_statements
   WHERE name = ANY($names) AND generic_plans + custom_plans > ${WEIGHED}`,
)

it.each([
  ['of one robot', () => basic(objects.robot.name, `${unsigned}.c2ln`)],
  ['of any robot', () => bearer(`${unsigned}.c2ln`)],
] as const)('finds by an index the federation %s', async (_, identity) => {
  const sent = await statementsOf(() =>
    ask('GET', '/oauth2/federation/robot/token', identity(), 401),
  )
  expect(sent.length).toBeGreaterThan(0)
  expect(tablesScanned(await plansOf(stage.db, sent))).toEqual([])
})

async function ask(method: string, path: string, headers: Record<string, string>, status?: number) {
  const answer = await send(stage.url, { method, path, headers })
  if (status !== undefined) expect(answer.status).toBe(status)
  expect(answer.status).toBeLessThan(500)
  return answer.status
}

/** What `work` sends to the database, but for what begins and ends transactions. */
async function statementsOf(work: () => Promise<unknown>) {
  const recorder = recordStatements()
  await work()
  await stage.services.settled()
  return recorder.stop()
}

const conditionsOn = (table: string, nodes: PlanNode[]) =>
  nodes.filter((node) => node['Relation Name'] === table).map((node) => node['Index Cond'])
