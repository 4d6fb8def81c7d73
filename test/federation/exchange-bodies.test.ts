import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_IDENTITY_TOKEN_BYTES } from '../../src/domain/identity-token-size.ts'
import { exchangeOf } from '../helpers/federation.ts'
import type { Issuer } from '../helpers/issuer.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// The exchange by POST, with the identity token in the body.

const PATH = '/oauth2/federation/robot/token'
const ROBOT = 'acme+ci'

let stage: FederationStage
let issuer: Issuer

beforeAll(async () => {
  stage = await startFederationStage()
  issuer = stage.issuer
  await stage.robot(ROBOT, [{ issuer: issuer.issuer, subject: 'job', expires_in: 900 }])
})
afterAll(() => stage.close())

const mint = (claims: object = {}) => issuer.mint({ sub: 'job', ...claims })
const post = (type: 'form' | 'json', body: object) =>
  request(stage.url).post(PATH).type(type).send(body)

/** A token of about this length. */
const padded = async (length: number) => {
  const { length: without } = await mint({ groups: '' })
  return mint({ groups: 'g'.repeat(Math.floor(((length - without) * 3) / 4) - 2) })
}

describe.each(['form', 'json'] as const)('as %s', (type) => {
  it('gives a robot token and says how long it lives', async () => {
    const { body, headers } = await post(type, { robot: ROBOT, token: await mint() }).expect(200)
    expect(body).toEqual({ token: expect.any(String), token_type: 'Bearer', expires_in: 900 })
    expect(headers['cache-control']).toBe('no-store')
    await stage.api.login(ROBOT, body.token).expect(200)
  })

  it('finds the one robot that the token stands for', async () => {
    const { body } = await post(type, { token: await mint() }).expect(200)
    await stage.api.login(ROBOT, body.token).expect(200)
  })

  it('takes tokens of up to 24 KiB', async () => {
    const token = await padded(MAX_IDENTITY_TOKEN_BYTES - 8)
    expect(token.length).toBeGreaterThan(24_000)
    await post(type, { robot: ROBOT, token }).expect(200)
    const { status, body } = await post(type, { robot: ROBOT, token: `${token}aaaaaaaaaaaaaaaa` })
    expect([status, body]).toEqual([401, { error: 'Invalid token: The token is too long' }])
  })

  it('is refused as by GET', async () => {
    const token = await mint({ sub: 'somebody' })
    const { status, body } = await post(type, { robot: ROBOT, token })
    expect([status, body]).toEqual([401, { error: 'Token does not match robot' }])
    expect((await exchangeOf(stage.url).basic(ROBOT, token)).body).toEqual(body)
  })

  it.each([
    [{ robot: ROBOT }, /token/],
    [{ token: 'a', scope: 'repository:acme/web:pull' }, /scope/],
  ])('says what is wrong with %j', async (sent, words) => {
    const { status, body } = await post(type, sent)
    expect([status, body]).toEqual([400, { error: expect.stringMatching(words) }])
  })
})

it('needs one token, in a body that it can read', async () => {
  const twice = await request(stage.url).post(PATH).type('form').send('token=a&token=b')
  expect([twice.status, twice.body]).toEqual([400, { error: expect.stringMatching(/token/) }])
  await request(stage.url).post(PATH).expect(405).expect('allow', 'GET')
  await request(stage.url).post(PATH).type('text').send('token=a').expect(415)
  await request(stage.url)
    .post(PATH)
    .type('form')
    .send(`token=${'a'.repeat(70_000)}`)
    .expect(413)
})

it('leaves the answer by GET as it was', async () => {
  const { body, headers } = await exchangeOf(stage.url)
    .basic(ROBOT, await mint())
    .expect(200)
  expect(body).toEqual({ token: expect.any(String) })
  expect(headers['cache-control']).toBe('no-store')
})
