import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, invalidRequest } from '../helpers/api.ts'
import { snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const LIMIT = 4
const BODY = { visibility: 'private', description: '' }

let stage: Stage
let other: Stage
let alice: Client
let now = Date.parse('2026-11-23T12:00:00Z')

beforeAll(async () => {
  const surroundings = { clock: () => new Date(now) }
  const limits = {
    ...{ robots: LIMIT, repositories: LIMIT, teams: LIMIT, organizations: LIMIT },
    robotApiTokens: LIMIT,
    tokenLifetime: 31_536_000,
  }
  stage = await startStage({ config: { limits }, surroundings })
  other = await startStage({ config: { limits }, surroundings, database: stage.database })
  await stage.people('alice', 'bob')
  alice = stage.api.as(
    await stage.token('alice', ['org:admin', 'user:admin', 'repo:create', 'repo:admin'], 86_400),
  )
})

afterAll(async () => {
  await other.close()
  await stage.close()
})

type Make = (owner: string, n: number) => PromiseLike<{ status: number; body: unknown }>
const MAKE: Record<string, Make> = {
  robots: (owner, n) => alice.put(`/api/v1/organization/${owner}/robots/bot${n}`),
  repositories: (owner, n) =>
    alice.post('/api/v1/repository', { ...BODY, namespace: owner, repository: `repo${n}` }),
  // An organization begins with its team of owners.
  teams: (owner, n) => alice.put(`/api/v1/organization/${owner}/team/team${n}`, { role: 'member' }),
}
const STARTS_WITH: Record<string, number> = { robots: 0, repositories: 0, teams: 1 }

const refusal = (owner: string, what: string) =>
  invalidRequest(
    stage.url,
    `Limit reached: ${owner} can have ${LIMIT} ${what} (limits.${what} in the configuration file of the service)`,
  )

describe.each(Object.keys(MAKE))('the number of %s of a namespace', (what) => {
  const make = MAKE[what] as Make
  const room = LIMIT - (STARTS_WITH[what] ?? 0)

  it('ends at the limit, which the refusal names with its setting', async () => {
    const owner = await stage.organization()
    for (let n = 0; n < room; n++) expect((await make(owner, n)).status).toBeLessThan(300)
    const before = await snapshot(stage.db)
    const { status, body } = await make(owner, room)
    expect([status, body]).toEqual([400, refusal(owner, what)])
    expect(await snapshot(stage.db)).toEqual(before)
    expect((await make(await stage.organization(), 0)).status).toBeLessThan(300)
  })

  it('does not go beyond it where many are made at once', async () => {
    const owner = await stage.organization()
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => make(owner, n)))
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(room)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(12 - room)
  })
})

it('what is of another kind has a count of its own, however lately both were counted', async () => {
  const owner = await stage.organization()
  const { robots, repositories } = MAKE as { robots: Make; repositories: Make }
  for (let n = 0; n < LIMIT; n++) expect((await repositories(owner, n)).status).toBe(201)
  expect((await robots(owner, 0)).status).toBe(201)
  expect((await repositories(owner, LIMIT)).status).toBe(400)
  for (let n = 1; n < LIMIT; n++) expect((await robots(owner, n)).status).toBe(201)
  expect((await robots(owner, LIMIT)).status).toBe(400)
})

it('what is deleted makes room', async () => {
  const owner = await stage.organization()
  const robots = `/api/v1/organization/${owner}/robots`
  for (let n = 0; n < LIMIT; n++) await alice.put(`${robots}/bot${n}`).expect(201)
  await alice.put(`${robots}/more`).expect(400)
  await alice.delete(`${robots}/bot0`).expect(204)
  await alice.put(`${robots}/more`).expect(201)
})

it('one that cannot be made takes nobody’s room, nor anybody’s turn', async () => {
  const owner = await stage.organization()
  const robots = `/api/v1/organization/${owner}/robots`
  const there = await other.client('alice', 'org:admin')
  await there.put(`${robots}/bot0`).expect(201)
  const answers = await Promise.all(
    ['bot0', 'bot0', 'bot1', 'bot0', 'bot2', 'bot3'].map((name) => alice.put(`${robots}/${name}`)),
  )
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 201, 400, 201, 201])
})

it('what another server made counts', async () => {
  const owner = await stage.organization()
  const robots = `/api/v1/organization/${owner}/robots`
  await alice.put(`${robots}/here`).expect(201)
  const there = await other.client('alice', 'org:admin')
  for (let n = 1; n < LIMIT; n++) {
    await there.put(`${robots}/there${n}`).expect(201)
  }
  now += 60_000
  await alice.put(`${robots}/more`).expect(400)
})

it('what another server made counts at once where a policy has the bound', async () => {
  const owner = await stage.organization()
  const path = `/api/v1/organization/${owner}`
  await alice.put(`${path}/robot-policy`, { robots_max: LIMIT - 1 }).expect(200)
  await alice.put(`${path}/robots/here`).expect(201)
  const there = await other.client('alice', 'org:admin')
  for (let n = 2; n < LIMIT; n++) await there.put(`${path}/robots/there${n}`).expect(201)
  await alice.put(`${path}/robots/more`).expect(400)
})

it('counts the robots of a user, too', async () => {
  for (let n = 0; n < LIMIT; n++) await alice.put(`/api/v1/user/robots/bot${n}`).expect(200)
  const { status, body } = await alice.put('/api/v1/user/robots/more')
  expect([status, body]).toEqual([400, refusal('alice', 'robots')])
})

it('a push makes no repository beyond the limit, and says why', async () => {
  const owner = await stage.organization()
  const robots = `/api/v1/organization/${owner}/robots`
  const { body: robot } = await alice.put(`${robots}/pusher`).expect(201)
  await alice.put(`/api/v1/organization/${owner}/team/makers`, { role: 'creator' }).expect(200)
  const member = `/api/v1/organization/${owner}/team/makers/members/${owner}+pusher`
  await alice.put(member).expect(200)
  const push = (n: number) =>
    stage.api
      .call('get', `/v2/auth?scope=repository:${owner}/repo${n}:push,pull`)
      .auth(`${owner}+pusher`, robot.token)
  for (let n = 0; n < LIMIT; n++) await push(n).expect(200)
  await push(0).expect(200)
  const { status, body } = await push(LIMIT)
  const { detail: message } = refusal(owner, 'repositories')
  expect([status, body]).toEqual([
    400,
    { errors: [{ code: 'INVALID_REQUEST', detail: {}, message }] },
  ])
})

it('a user makes so many organizations, whoever owns them later', async () => {
  const bob = stage.api.as(await stage.token('bob', ['org:admin', 'user:admin'], 86_400))
  for (let n = 0; n < LIMIT; n++) {
    await bob.post('/api/v1/organization/', { name: `bobs${n}` }).expect(201)
  }
  const { status, body } = await bob.post('/api/v1/organization/', { name: 'more' })
  expect([status, body]).toEqual([400, refusal('bob', 'organizations')])
  await bob.delete('/api/v1/organization/bobs0').expect(204)
  await bob.post('/api/v1/organization/', { name: 'more' }).expect(201)
})

it('a command is not limited', async () => {
  for (let n = 0; n <= LIMIT; n++) await stage.organization(`command${n}`, 'bob')
})
