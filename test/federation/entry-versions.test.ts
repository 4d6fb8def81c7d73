import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, invalidRequest } from '../helpers/api.ts'
import { exchangeOf } from '../helpers/federation.ts'
import type { Issuer } from '../helpers/issuer.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// Which entry a posted one is, and what becomes of the tokens that came from it.

const ROBOTS = {
  '/api/v1/user/robots/ci': 'alice+ci',
  '/api/v1/organization/acme/robots/ci': 'acme+ci',
}
const PATHS = Object.entries(ROBOTS)
const PATH = '/api/v1/user/robots/ci'

let stage: FederationStage
let issuer: Issuer
let alice: Client

beforeAll(async () => {
  stage = await startFederationStage()
  issuer = stage.issuer
  alice = await stage.client('alice', 'user:admin', 'org:admin')
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  for (const path of [...Object.keys(ROBOTS), '/api/v1/user/robots/other']) await alice.put(path)
})

afterAll(() => stage.close())

const entry = (fields: object = {}) => ({ issuer: issuer.issuer, subject: 'build', ...fields })

async function post(entries: object[], path = PATH) {
  const { status, body } = await alice.post(`${path}/federation?details=true`, entries)
  expect([200, 201]).toContain(status)
  return body
}
const shown = async (path = PATH) => (await alice.get(`${path}/federation?details=true`)).body

/** A robot token by way of an entry, and whether it is still good. */
async function tokenOf(sub = 'build', robot = 'alice+ci') {
  const { body } = await exchangeOf(stage.url).basic(robot, await issuer.mint({ sub }))
  const isGood = async () => (await stage.api.login(robot, body.token)).status === 200
  expect(await isGood()).toBe(true)
  return { token: body.token as string, isGood }
}

it.each(PATHS)('id and version are shown to who asks for them: %s', async (path) => {
  const [stored] = await post([entry()], path)
  expect(stored).toEqual({ ...entry(), id: expect.any(String), version: 1 })
  expect(await shown(path)).toEqual([stored])
  for (const details of ['', '?details=false']) {
    expect((await alice.get(`${path}/federation${details}`)).body).toEqual([entry()])
  }
  expect((await alice.post(`${path}/federation`, [entry()])).body).toEqual([entry()])
})

describe('an entry that is posted again', () => {
  it('stays what it was, wherever it stands, and so do its tokens', async () => {
    const [build, deploy] = await post([entry(), entry({ subject: 'deploy', description: 'd' })])
    const tokens = [await tokenOf(), await tokenOf('deploy')]
    expect(await post([deploy, build])).toEqual([deploy, build])
    const { id: _, version: __, ...withoutId } = deploy
    expect(await post([entry(), withoutId])).toEqual([build, deploy])
    for (const { isGood } of tokens) expect(await isGood()).toBe(true)
  })

  it('elsewhere in the list admits in its new turn', async () => {
    const [one, two] = await post([entry(), entry({ audiences: ['registry'] })])
    const admitting = async () => {
      const identityToken = await issuer.mint({ sub: 'build', aud: 'registry' })
      await exchangeOf(stage.url).basic('alice+ci', identityToken).expect(200)
      const entries = await stage.db.auditEntry.findMany({
        where: { kind: 'federated_robot_token_exchange' },
        orderBy: { id: 'desc' },
        take: 1,
      })
      return entries[0]?.metadata
    }
    expect(await admitting()).toMatchObject({ federation_binding_id: one.id })
    await post([two, one])
    expect(await admitting()).toMatchObject({ federation_binding_id: two.id })
  })

  it.each([
    ['description', { description: 'of the web team' }],
    ['audiences', { audiences: ['registry'] }],
    ['subject', { subject: 'deploy' }],
  ])('under its id is the same one, changed: %s', async (_, fields) => {
    const [{ id }] = await post([entry()])
    const token = await tokenOf()
    const changed = { ...entry(fields), id, version: 2 }
    expect(await post([{ ...entry(fields), id }])).toEqual([changed])
    expect(await shown()).toEqual([changed])
    expect(await token.isGood()).toBe(false)
    expect(await post([{ ...entry(), id }])).toEqual([{ ...entry(), id, version: 3 }])
    expect(await token.isGood()).toBe(false)
  })

  it('without id is the one that admits the same', async () => {
    const [before] = await post([entry({ description: 'old' })])
    const token = await tokenOf()
    expect(await post([entry({ description: 'new' })])).toEqual([
      { ...before, description: 'new', version: 2 },
    ])
    expect(await token.isGood()).toBe(false)
  })

  it('without id and with other audiences is a new one', async () => {
    const [before] = await post([entry()])
    const token = await tokenOf()
    const [after] = await post([entry({ audiences: ['registry'] })])
    expect(after).toMatchObject({ version: 1, id: expect.not.stringContaining(before.id) })
    expect(await token.isGood()).toBe(false)
  })

  it('after it was removed is a new one: no version comes back', async () => {
    const [before] = await post([entry()])
    const token = await tokenOf()
    await alice.delete(`${PATH}/federation`).expect(204)
    const [after] = await post([entry()])
    expect(after.id).not.toBe(before.id)
    expect(await token.isGood()).toBe(false)
  })
})

describe('an id', () => {
  it('that no entry of the robot has is refused', async () => {
    const [ofOther] = await post([entry()], '/api/v1/user/robots/other')
    const [stored] = await post([entry()])
    for (const id of [ofOther.id, '00000000-0000-4000-8000-000000000000']) {
      const { status, body } = await alice.post(`${PATH}/federation`, [entry({ id })])
      const detail = `There is no federation entry with id '${id}': leave id out for a new one`
      expect([status, body]).toEqual([400, invalidRequest(stage.url, detail)])
    }
    expect(await shown()).toEqual([stored])
  })

  it('that two entries have is refused', async () => {
    const [{ id }] = await post([entry()])
    const two = [entry({ id }), entry({ id, subject: 'deploy' })]
    const { status, body } = await alice.post(`${PATH}/federation`, two)
    const detail = 'Duplicate federation config entry'
    expect([status, body]).toEqual([400, invalidRequest(stage.url, detail)])
  })

  it('of a list of before is refused', async () => {
    const [stored] = await post([entry()])
    await alice.delete(`${PATH}/federation`)
    await alice.post(`${PATH}/federation`, [stored]).expect(400)
  })
})

it('one identity may stand in several entries, which differ in their audiences', async () => {
  const entries = [entry({ audiences: ['a'] }), entry({ audiences: ['b'], description: 'for b' })]
  await post(entries)
  const exchange = exchangeOf(stage.url)
  for (const [aud, status] of [
    ['a', 200],
    ['b', 200],
    ['c', 401],
  ] as const) {
    const token = await issuer.mint({ sub: 'build', aud })
    expect((await exchange.basic('alice+ci', token)).status).toBe(status)
    expect((await exchange.bearer(token)).status).toBe(status)
  }
  const both = await issuer.mint({ sub: 'build', aud: ['a', 'b'] })
  await exchange.bearer(both).expect(200)
  for (const twice of [
    [...entries, entry({ audiences: ['a'] })],
    [entry(), entry({ description: 'x' })],
  ]) {
    const { body } = await alice.post(`${PATH}/federation`, twice).expect(400)
    expect(body.detail).toBe('Duplicate federation config entry')
  }
})

it('a token of a server that knew of no versions ends with the first change', async () => {
  const [{ id }] = await post([entry()])
  const { token } = await tokenOf()
  const { federation_version, ...claims } = JSON.parse(
    Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
  )
  expect(federation_version).toBe(1)
  const old = await stage.services.signingKeys.sign({ typ: 'robot+jwt' }, claims)
  const login = async () => (await stage.api.login('alice+ci', old)).status
  expect(await login()).toBe(200)
  await post([{ ...entry({ description: 'changed' }), id }])
  expect(await login()).toBe(401)
})
