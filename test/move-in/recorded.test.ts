import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { programDatabase, quayRobots } from '../cli/program.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { type FakeQuay, instead, startFakeQuay } from './fake-quay.ts'
import { RECORDED, RECORDED_SECRET } from './recorded-answers.ts'
import { tokenFileOf } from './source-stage.ts'

const database = programDatabase()
const run = (...args: string[]) =>
  quayRobots({ ...database().env, SECRET_KEY: TEST_SECRET_KEY.toString('base64') }, args)

let quay: FakeQuay
let tokenFile: string
beforeAll(async () => {
  quay = await startFakeQuay(RECORDED)
  tokenFile = await tokenFileOf('abcdefghij0123456789abcdefghij0123456789')
})
afterAll(() => quay.close())

const importQuay = (...args: string[]) =>
  run('import', 'quay', '--from', quay.url, '--token-file', tokenFile, '--rate', '1000', ...args)
const ROBOTS = '/api/v1/organization/acme/robots'

test.each<[string, ReturnType<typeof instead>, RegExp]>([
  [
    'a token that is not valid',
    instead('/api/v1/user/', 401, '{}'),
    /^GET http:\S+\/api\/v1\/user\/: the token is not valid there, or has ended \(401\)$/,
  ],
  [
    'a page for people',
    instead('/api/v1/user/', 200, '<html>Sign in</html>'),
    /user\/: the answer is a page of HTML, not JSON\. Is this the address of a Quay\?$/,
  ],
  [
    'no JSON',
    instead(ROBOTS, 200, '{"robots": ['),
    /robots\S*: the answer is something else, not JSON/,
  ],
  [
    'JSON that is not that of Quay',
    instead(ROBOTS, 200, `{"robots": [{"name": "acme+bot", "token": ["${RECORDED_SECRET}"]}]}`),
    /robots\S*: this is not what Quay answers at robots\.0\.token: Invalid input: expected string, received array$/,
  ],
  [
    'a token that ends meanwhile',
    instead(`${ROBOTS}/bot`, 401, '{}'),
    /robots\/bot\S*: the token is not valid there, or has ended \(401\)$/,
  ],
  [
    'an address that leads elsewhere',
    instead('/api/v1/user/', 302, '', { headers: { location: 'https://elsewhere.example' } }),
    /user\/: the answer leads elsewhere \(302\): give the address that it leads to$/,
  ],
  [
    'a list without end',
    instead('/api/v1/repository', 200, '{"repositories": [], "next_page": "x"}'),
    /repository\S*next_page=x: the list leads back to a page of before$/,
  ],
])(
  '%s: one line with the place, no second try, and nothing is written',
  async (_, handler, line) => {
    quay.answer(handler)
    const { code, stdout, stderr } = await importQuay('--json')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    const { error, message } = JSON.parse(stderr)
    expect({ error, message }).toEqual({ error: 'source', message: expect.stringMatching(line) })
    expect(message).not.toContain(RECORDED_SECRET)
    expect(quay.asked).toEqual([...new Set(quay.asked)])
    expect((await run('robot', 'list')).stdout).toBe('')
  },
)

test('a token without rights: the first place that it may not read', async () => {
  quay.answer((response, { url }) => {
    if (url === '/api/v1/user/') return false
    response.writeHead(403).end('{}')
    return true
  })
  const { code, stdout, stderr } = await importQuay()
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/\nGET \S+\/organization\/acme: the token may not read this \(403\)\n$/)
})

test('an organization that is named and not there', async () => {
  quay.answer(() => false)
  const { stderr } = await importQuay('--organization', 'nope')
  expect(stderr).toMatch(/organization\/nope: there is no such thing \(404\)\n$/)
})

test('what fails for a moment is asked for again', async () => {
  const failing = [
    instead(ROBOTS, 429, '', { headers: { 'retry-after': '1' }, times: 1 }),
    instead('/api/v1/user/', 500, '', { times: 1 }),
    instead('/api/v1/user/robots', 503, '', { times: 1 }),
    instead('/api/v1/repository', 504, '', { times: 1 }),
  ]
  const asked: number[] = []
  quay.answer((response, request) => {
    if (request.url?.startsWith(`${ROBOTS}?`)) asked.push(performance.now())
    return failing.some((fails) => fails(response, request))
  })
  expect(await importQuay('--dry-run', '--json')).toMatchObject({ code: 0 })
  const [first = 0, second = 0, ...more] = asked
  expect(more).toEqual([])
  expect(second - first, 'as long as it says').toBeGreaterThan(990)
})

test('as many requests a second as are allowed', async () => {
  const sent: number[] = []
  quay.answer(() => {
    sent.push(performance.now())
    return false
  })
  expect(await importQuay('--dry-run', '--rate', '20')).toMatchObject({ code: 0 })
  const [first = 0, ...others] = sent
  expect(others.length).toBeGreaterThan(10)
  // The first may have been on its way for as long as the second waited; a timer may be a millisecond early.
  expect((others.at(-1) ?? 0) - first).toBeGreaterThan((others.length - 1) * 50 - 2)
})

test('what a running Quay has answered comes over', async () => {
  quay.answer(() => false)
  const { code, stdout } = await importQuay('--json')
  const report = JSON.parse(stdout)
  expect({ code, not_taken: report.not_taken }).toEqual({ code: 0, not_taken: [] })
  expect(stdout).not.toContain(RECORDED_SECRET)
  expect(
    report.taken.map(({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`),
  ).toEqual([
    ...['user alice', 'user bob', 'user carol'],
    ...['organization acme', 'team acme/owners', 'team acme/devs'],
    ...['robot acme+bot', 'robot alice+ci'],
    ...['member bob in acme/owners', 'member carol in acme/devs', 'member acme+bot in acme/devs'],
    ...['repository acme/web', 'repository acme/api'],
    ...['permission alice in acme/web', 'permission carol in acme/web'],
    'permission team devs in acme/web',
    'permission alice in acme/api',
    'default_permission team devs in acme',
    'federation https://issuer.example repo:acme/web:ref:main as acme+bot',
    'federation https://other.example/realms/x ci as acme+bot',
  ])
  expect(JSON.parse((await run('robot', 'show', 'alice+ci', '--json')).stdout)).toMatchObject({
    secrets: [{ hint: RECORDED_SECRET.slice(-4) }],
  })
})

const SECRET_2 = RECORDED_SECRET.replace('RECORDED', 'REPLACED')
const withChanges = (response: ServerResponse, { url = '' }: IncomingMessage) => {
  const answers: Record<string, object> = {
    [ROBOTS]: { robots: [{ name: 'acme+bot', description: 'new', token: SECRET_2 }] },
    '/api/v1/organization/acme/prototypes': {
      prototypes: [{ delegate: { name: 'devs', kind: 'team' }, role: 'admin' }],
    },
    '/api/v1/repository/acme/web/permissions/team/': {
      permissions: { devs: { name: 'devs', role: 'read' } },
    },
  }
  const answer = answers[new URL(url, 'http://quay').pathname]
  if (answer) response.writeHead(200).end(JSON.stringify(answer))
  return answer !== undefined
}

const CONFLICTS = [
  { kind: 'robot', name: 'acme+bot', why: 'the description, the secret' },
  { kind: 'permission', name: 'team devs in acme/web', why: 'write here, read there' },
  { kind: 'default_permission', name: 'team devs in acme', why: 'read here, admin there' },
]

test('what is here with other content is listed, and nothing is done before that is decided', async () => {
  quay.answer(withChanges)
  const { code, stdout, stderr } = await importQuay()
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /\n3 names are here with other content .* Nothing was changed\n$/,
    ),
  })
  expect(stdout).toContain('  robot acme+bot: the description, the secret\n')
  expect(stdout + stderr).not.toMatch(/RECORDED|REPLACED/)
  const { code: again, ...plan } = await importQuay('--json')
  expect({ again, ...JSON.parse(plan.stdout) }).toMatchObject({
    ...{ again: 1, done: false, conflicts: CONFLICTS },
  })
})

test('skip leaves it, and what belongs to it', async () => {
  const { code, stdout } = await importQuay('--on-conflict', 'skip', '--json')
  const { left, taken, changed } = JSON.parse(stdout)
  expect({ code, taken, changed }).toEqual({ code: 0, taken: [], changed: [] })
  expect(left).toHaveLength(6)
  expect(left).toContainEqual({
    ...{ kind: 'member', name: 'acme+bot in acme/devs' },
    why: 'needs the robot acme+bot, which is left as it is here',
  })
})

test('overwrite makes it as it is there; both secrets are good then', async () => {
  const { code, stdout } = await importQuay('--on-conflict', 'overwrite', '--json')
  expect({ code, changed: JSON.parse(stdout).changed }).toEqual({ code: 0, changed: CONFLICTS })
  const { stdout: robot } = await run('robot', 'show', 'acme+bot', '--json')
  expect(JSON.parse(robot)).toMatchObject({
    description: 'new',
    secrets: [{ hint: SECRET_2.slice(-4) }, { hint: RECORDED_SECRET.slice(-4) }],
  })
  expect(JSON.parse((await importQuay('--json')).stdout)).toMatchObject({ changed: [], taken: [] })
})

test('a robot that is disabled here is let in again where it is overwritten', async () => {
  expect(await run('robot', 'disable', 'alice+ci')).toMatchObject({ code: 0 })
  quay.answer(withChanges)
  const { stdout } = await importQuay('--on-conflict', 'overwrite', '--json')
  expect(JSON.parse(stdout).changed).toEqual([
    { kind: 'robot', name: 'alice+ci', why: 'it is disabled here' },
  ])
  const { stdout: robot } = await run('robot', 'show', 'alice+ci', '--json')
  expect(JSON.parse(robot)).toMatchObject({ enabled: true })
})

test('an address in other letters is the same, a default for one user another than for all', async () => {
  const caller = { ...(RECORDED['/api/v1/user/'] as { email: string }) }
  const others: Record<string, object> = {
    '/api/v1/user/': { ...caller, email: caller.email.toUpperCase() },
    '/api/v1/organization/acme/prototypes': {
      prototypes: ['carol', undefined].map((name) => ({
        activating_user: name && { name },
        delegate: { name: 'devs', kind: 'team' },
        role: 'admin',
      })),
    },
  }
  quay.answer((response, request) => {
    const answer = others[new URL(request.url ?? '', 'http://quay').pathname]
    if (answer) response.writeHead(200).end(JSON.stringify(answer))
    return answer !== undefined || withChanges(response, request)
  })
  const { stdout } = await importQuay('--json')
  expect(JSON.parse(stdout)).toMatchObject({
    taken: [{ kind: 'default_permission', name: 'team devs in acme, where carol creates' }],
    conflicts: [],
  })
})

test('a superuser’s list of users may have robots in it, which are none', async () => {
  const caller = RECORDED['/api/v1/user/'] as { username: string }
  const others: Record<string, object> = {
    '/api/v1/user/': { ...caller, super_user: true },
    '/api/v1/superuser/users/': {
      users: [caller, { username: 'acme+bot', kind: 'robot' }, { username: 'acme+old' }],
    },
    '/api/v1/superuser/organizations/': { organizations: [{ name: 'acme' }] },
  }
  quay.answer((response, request) => {
    const answer = others[new URL(request.url ?? '', 'http://quay').pathname]
    if (answer) response.writeHead(200).end(JSON.stringify(answer))
    return answer !== undefined || withChanges(response, request)
  })
  const { code, stdout } = await importQuay('--dry-run', '--json')
  expect({ code, not_taken: JSON.parse(stdout).not_taken }).toEqual({ code: 0, not_taken: [] })
})

test.each([
  ['the token is not shown', { name: 'acme+hidden' }],
  ['nothing here can have its secret', { name: 'acme+short', token: 'short' }],
])('a robot that cannot be taken makes it fail, though all else is here: %s', async (_, robot) => {
  quay.answer((response, request) => {
    const { pathname } = new URL(request.url ?? '', 'http://quay')
    const isOther = RECORDED[pathname] === undefined
    const more = isOther ? nothingMore(pathname) : undefined
    const answer = pathname === ROBOTS ? { robots: [robot] } : more
    if (answer) response.writeHead(200).end(JSON.stringify(answer))
    return answer !== undefined
  })
  const args = ['--organization', 'acme', '--on-conflict', 'skip', '--json']
  const { code, stderr } = await importQuay(...args)
  const message = '1 of what is there could not be taken: see above'
  expect({ code, ...JSON.parse(stderr) }).toEqual({ code: 1, error: 'refused', message })
  expect(await importQuay(...args, '--dry-run')).toMatchObject({ code: 0, stderr: '' })
})

test('what cannot be here is said with its reason, and the rest comes over', async () => {
  const robots = [
    { name: 'acme+ab\n', token: RECORDED_SECRET },
    { name: 'acme+short', token: 'short' },
    { name: 'acme+hidden' },
    { name: 'acme+twofold', token: RECORDED_SECRET },
    { name: 'axb+other', token: RECORDED_SECRET },
    { name: 'acme-labs+ci', token: RECORDED_SECRET },
    { name: 'acmelabs+ci', token: RECORDED_SECRET },
  ]
  const repositories = [
    { namespace: 'acme', name: 'a__-b', is_public: false },
    { namespace: 'acme', name: 'chart', is_public: false, kind: 'application' },
    { namespace: 'axb', name: 'web', is_public: false },
    { namespace: 'acme-labs', name: 'web', is_public: false },
    { namespace: 'acme', name: 'mirrored', is_public: true, state: 'MIRROR' },
  ]
  const [issuer, subject] = ['https://issuer.example', 'x']
  const entry = { issuer, subject, condition: 'y' }
  quay.answer((response, { url = '' }) => {
    const { pathname } = new URL(url, 'http://quay')
    const answers: Record<string, object> = {
      [ROBOTS]: { robots },
      [`${ROBOTS}/short/federation`]: [entry],
      [`${ROBOTS}/twofold/federation`]: [
        { issuer, subject },
        { issuer, subject, audiences: ['a'] },
      ],
      '/api/v1/repository': { repositories },
    }
    const isOther = RECORDED[pathname] === undefined
    const answer = answers[pathname] ?? (isOther ? nothingMore(pathname) : undefined)
    if (answer) response.writeHead(200).end(JSON.stringify(answer))
    return answer !== undefined
  })
  const { code, stdout, stderr } = await importQuay('--organization', 'acme', '--json')
  const { taken, not_taken, without } = JSON.parse(stdout)
  expect({ code, error: JSON.parse(stderr).error }).toEqual({ code: 1, error: 'refused' })
  const named = (list: { kind: string; name: string; why: string }[]) =>
    list.map(({ kind, name, why }) => `${kind} ${name}: ${why}`)
  expect(taken).toEqual([
    { kind: 'robot', name: 'acme+twofold' },
    { kind: 'repository', name: 'acme/mirrored' },
  ])
  expect(named(without)).toEqual([
    'state acme/mirrored: it is MIRROR there; here whoever may write to it may push',
  ])
  expect(named(not_taken)).toEqual([
    expect.stringMatching(
      /^federation https:\/\/issuer\.example as acme\+short: unknown key 'condition'/,
    ),
    'robot acme+hidden: its secret is not shown to this token: take that of an administrator',
    ...Array(2).fill(
      'federation https://issuer.example as acme+twofold: the robot has several entries for this subject: set them here',
    ),
    'repository acme/chart: it is of kind application: only images are here',
    expect.stringMatching(/^robot acme\+ab\n: Namespace must match expression/),
    expect.stringMatching(/^robot acme\+short: its secret must have 20 to 512/),
    'repository acme/a__-b: registries do not take this name',
  ])
})

test('a repository that came over has the roles that it had there, and none by default', async () => {
  const listed = { namespace: 'acme', name: 'mirrored', is_public: true }
  let teams: object = {}
  quay.answer((response, { url = '' }) => {
    const { pathname } = new URL(url, 'http://quay')
    const answers: Record<string, object> = {
      '/api/v1/repository': { repositories: [listed] },
      '/api/v1/repository/acme/mirrored/permissions/user/': { permissions: {} },
      '/api/v1/repository/acme/mirrored/permissions/team/': { permissions: teams },
      [ROBOTS]: { robots: [] },
      '/api/v1/organization/acme/prototypes': { prototypes: [] },
    }
    const answer = answers[pathname]
    if (answer) response.writeHead(200).end(JSON.stringify(answer))
    return answer !== undefined
  })
  const imported = async () =>
    JSON.parse((await importQuay('--organization', 'acme', '--json')).stdout)
  const repository = { kind: 'repository', name: 'acme/mirrored' }
  expect(await imported()).toMatchObject({ taken: [repository], conflicts: [] })
  teams = { devs: { name: 'devs', role: 'read' } }
  const permission = { kind: 'permission', name: 'team devs in acme/mirrored' }
  expect(await imported()).toMatchObject({ taken: [permission], conflicts: [] })
})

/** What robots and repositories answer that are in no transcript. */
function nothingMore(path: string): object | undefined {
  if (path.includes('/permissions/')) return { permissions: {} }
  if (path.endsWith('/federation')) return []
  return path.includes('/robots/') ? {} : undefined
}
