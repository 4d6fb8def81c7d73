import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { DOORS } from '../helpers/exchange-doors.ts'
import { issuersWith, storeEntry } from '../helpers/federation.ts'
import { createMint, createSigningKey, type Mint } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What is shown of robots, one by one and in lists, to administrators who ask for details.

const ISSUER = 'https://ci.example'
const ROBOTS = '/api/v1/organization/acme/robots'

const time = createShiftedClock()
let stage: Stage
let mint: Mint
let secret: string
let alice: Client

beforeAll(async () => {
  const key = await createSigningKey('ES256', 'k1')
  mint = createMint(ISSUER, key)
  stage = await startStage({
    config: { trustedProxies: ['127.0.0.1'], issuers: issuersWith(key, ISSUER) },
    surroundings: { clock: time.clock },
  })
  await stage.people('alice', 'member')
  await stage.organization('acme')
  await stage.team('acme', { name: 'devs', role: 'member', members: ['member'] })
  secret = await stage.robot('acme+ci', [
    { issuer: ISSUER, subject: 'job', audiences: ['us'] },
    { issuer: ISSUER, subject: 'other', audiences: ['us'], api_scopes: 'user:read' },
  ])
  await stage.robot('acme+idle')
  for (const [name, role] of [
    ['a', 'read'],
    ['b', 'write'],
    ['c', 'write'],
    ['d', 'admin'],
  ] as const) {
    await stage.repository(`acme/${name}`, { robots: { 'acme+ci': role } })
  }
  alice = await stage.client('alice', 'org:admin')
})
afterAll(() => stage.close())

async function identityToken(sub: string) {
  const iat = Math.floor(time.clock().getTime() / 1000)
  return mint({ sub, aud: 'us', iat, exp: iat + 300 })
}

const details = async () => (await alice.get(`${ROBOTS}/ci?details=true`).expect(200)).body

/** The robot logs in, and says with which program. */
const logIn = (password: string, agent: string) =>
  stage.api
    .login('acme+ci', password)
    .set({ 'user-agent': agent, 'x-forwarded-for': '203.0.113.7' })
    .expect(200)

it('count what the robot has', async () => {
  expect(await details()).toMatchObject({
    federation: 2,
    grants: { read: 1, write: 2, admin: 1 },
    last_used: null,
  })
})

it('tell the last use: when, how, and from where', async () => {
  await logIn(secret, 'docker/28.0')
  const at = new Date(
    (await stage.db.robot.findFirstOrThrow({ where: { name: 'ci' } })).lastAccessedAt ?? 0,
  )
  const used = { at: at.toISOString(), by: 'static', address: '203.0.113.7', agent: 'docker/28.0' }
  expect((await details()).last_used).toEqual(used)

  time.pass(61)
  await logIn(await identityToken('job'), `podman/${'x'.repeat(300)}`)
  const { last_used } = await details()
  expect(last_used).toMatchObject({ by: 'federated', agent: `podman/${'x'.repeat(248)}` })
  expect(last_used.at > used.at).toBe(true)
})

describe('tell of a last use by a job the subject of its identity token', () => {
  const lastUse = async (use: () => Promise<unknown>) => {
    time.pass(61)
    await use()
    const { by, subject } = (await details()).last_used
    return { by, subject }
  }
  const robotToken = async (door: 'POST' | '/sts/token', subject: string) => {
    const token = await identityToken(subject)
    const { body } = await DOORS[door].send({ url: stage.url, robot: 'acme+ci', token })
    return (body.token ?? body.access_token) as string
  }

  it('which is the password', async () => {
    const token = await identityToken('job')
    const used = await lastUse(() => logIn(token, 'podman'))
    expect(used).toEqual({ by: 'federated', subject: 'job' })
  })

  it('which bought the password', async () => {
    const tokens = [await robotToken('POST', 'job'), await robotToken('/sts/token', 'other')]
    const used = []
    for (const token of tokens) used.push(await lastUse(() => logIn(token, 'podman')))
    expect(used).toEqual([
      { by: 'federated', subject: 'job' },
      { by: 'federated', subject: 'other' },
    ])
  })

  it('which bought a token for the API', async () => {
    const robot = stage.api.as(await robotToken('/sts/token', 'other'))
    const used = await lastUse(() => robot.get('/api/v1/user/').expect(200))
    expect(used).toEqual({ by: 'federated', subject: 'other' })
  })

  it('cut where it is long', async () => {
    const subject = `job-${'x'.repeat(400)}`
    await storeEntry(stage.db, 'acme+idle', { issuer: ISSUER, subject, audiences: ['us'] })
    const token = await identityToken(subject)
    await stage.api.login('acme+idle', token).expect(200)
    const { body } = await alice.get(`${ROBOTS}/idle?details=true`)
    expect(body.last_used.subject).toBe(subject.slice(0, 255))
    await stage.db.robot.updateMany({
      where: { name: 'idle' },
      data: { lastAccessedAt: null, lastAccessedBy: null },
    })
  })

  it('and none of others', async () => {
    const used = await lastUse(() => logIn(secret, 'docker'))
    expect(used).toEqual({ by: 'static', subject: undefined })
  })
})

it('have the secrets without their values, newest first', async () => {
  const { body } = await alice.post(`${ROBOTS}/idle/regenerate?grace=1h`).expect(201)
  const { secrets } = (await alice.get(`${ROBOTS}/idle?details=true`).expect(200)).body
  expect(secrets).toEqual([
    expect.objectContaining({ state: 'active', created_by: 'alice', hint: body.token.slice(-4) }),
    expect.objectContaining({ state: 'replaced', expires_at: expect.any(String) }),
  ])
  expect((await alice.get(`${ROBOTS}/idle/secrets`).expect(200)).body).toEqual({ secrets })
  await stage.superusers('root')
  const root = await stage.client('root', 'super:user')
  const all = await root.get('/api/v1/superuser/robots?details=true').expect(200)
  expect(all.body.robots.map((robot: { secrets: object[] }) => robot.secrets)).toEqual([
    (await details()).secrets,
    secrets,
  ])
  expect(all.text).not.toContain(body.token)
})

it('are in lists what they are of one robot, also with permissions and in pages', async () => {
  const { unstructured_metadata: _, ...ci } = await details()
  const idle = (await alice.get(`${ROBOTS}/idle?details=true`)).body
  for (const query of ['details=true', 'details=true&permissions=true']) {
    const { body } = await alice.get(`${ROBOTS}?${query}`).expect(200)
    expect(body.robots).toEqual([
      expect.objectContaining(ci),
      expect.objectContaining({ name: idle.name, secrets: idle.secrets, last_used: null }),
    ])
  }
  const { body } = await alice.get(`${ROBOTS}?details=true&limit=1`)
  expect([body.robots.length, typeof body.next_page]).toEqual([1, 'string'])
})

it('are for administrators, and for who asks', async () => {
  const plain = ['created', 'description', 'last_accessed', 'name', 'token']
  const { body } = await alice.get(ROBOTS).expect(200)
  expect(Object.keys(body.robots[0]).sort()).toEqual(plain)
  const member = await stage.client('member', 'org:admin', 'repo:create')
  const seen = (await member.get(`${ROBOTS}?details=true`).expect(200)).body
  expect(Object.keys(seen.robots[0]).sort()).toEqual(plain.slice(0, 4))
})
