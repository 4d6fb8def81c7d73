import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { LONGEST_API_TOKEN } from '../../src/domain/api-token-life.ts'
import { apiError } from '../helpers/api.ts'
import { snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A token is never outlived by what it makes, and applications make no applications.

const APPLICATIONS = '/api/v1/organization/acme/applications'
const DAY = 86_400

let stage: Stage
const now = Date.parse('2026-11-23T12:00:00Z')
let tokens: string

const person = async (expiresIn: number) =>
  stage.token('alice', ['org:admin', 'user:admin', 'repo:admin'], expiresIn)
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString().replace('Z', '000Z')

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice')
  await stage.organization('acme')
})

afterAll(() => stage.close())

beforeEach(async () => {
  const { body } = await stage.api.as(await person(DAY)).post(APPLICATIONS, { name: 'ci' })
  tokens = `${APPLICATIONS}/${body.client_id}/tokens`
})

const mint = async (token: string, body: object = {}) =>
  (
    await stage.api
      .as(token)
      .post(tokens, { name: 't', scope: 'org:admin', ...body })
      .expect(200)
  ).body

it('a token makes none that lives longer than itself, however long it is asked for', async () => {
  const parent = await person(60)
  for (const expiration of [undefined, 61, LONGEST_API_TOKEN]) {
    expect((await mint(parent, { expiration })).expires_at).toBe(at(60))
  }
  expect((await mint(parent, { expiration: 59 })).expires_at).toBe(at(59))
})

it('what a token made ends with it, over generations', async () => {
  const child = (await mint(await person(DAY))).token
  const made = await mint(child)
  await stage.api.as(made.token).get(tokens).expect(200)
  const { uuid } = (await stage.api.as(child).get(tokens)).body.tokens.at(-2)
  await stage.api
    .as(await person(DAY))
    .delete(`${tokens}/${uuid}`)
    .expect(204)
  await stage.api.as(made.token).get(tokens).expect(401)
})

it('a command makes tokens that live as long as the configuration lets them', async () => {
  const token = await person(LONGEST_API_TOKEN)
  expect((await mint(token)).expires_at).toBe(at(365 * DAY))
})

it('the operator may let tokens live longer, and less long', async () => {
  for (const tokenLifetime of [3600, LONGEST_API_TOKEN]) {
    const { database, config } = stage
    const other = await startStage({
      database,
      config: { limits: { ...config.limits, tokenLifetime } },
      surroundings: { clock: () => new Date(now) },
    })
    const parent = await other.token('alice', ['org:admin'], LONGEST_API_TOKEN)
    const answer = other.api.as(parent).post(tokens, { name: 't', scope: 'org:admin' })
    expect((await answer.expect(200)).body.expires_at).toBe(at(tokenLifetime))
    await other.close()
  }
})

it('a token that ends while it makes another makes none', async () => {
  const parent = await person(DAY)
  const holder = await stage.services.apiTokens.check(parent, { origin: {} })
  if (!('actor' in holder)) throw new Error('the token is good')
  await stage.services.apiTokens.revoke({ token: parent }, {})
  const before = await snapshot(stage.db)
  const wanted = { name: 't', scope: 'org:admin', expiration: undefined }
  const { id } = await stage.db.namespace.findUniqueOrThrow({ where: { name: 'acme' } })
  const [, , , , , , clientId = ''] = tokens.split('/')
  const making = stage.services.applicationTokens.create(
    { id, name: 'acme' },
    clientId,
    wanted,
    holder,
  )
  await expect(making).rejects.toMatchObject({ code: 'invalid_token' })
  expect(await snapshot(stage.db)).toEqual(before)
})

it('an application makes no application, and sees and changes no client secret', async () => {
  const alice = stage.api.as(await person(DAY))
  const { body: made } = await alice.post(APPLICATIONS, { name: 'ci', scopes: ['org:admin'] })
  const grant = await stage.api
    .call('post', '/oauth/token')
    .auth(made.client_id, made.client_secret)
    .type('form')
    .send({ grant_type: 'client_credentials' })
  const application = stage.api.as(grant.body.access_token)
  const details = { name: 'ci', redirect_uri: '', application_uri: '' }
  const own = `${APPLICATIONS}/${made.client_id}`
  expect((await application.get(own)).body.client_secret).toBeNull()
  for (const { client_secret } of (await application.get(APPLICATIONS)).body.applications) {
    expect(client_secret).toBeNull()
  }
  const before = await snapshot(stage.db)
  const refused = [
    await application.post(APPLICATIONS, { name: 'another' }),
    await application.post(APPLICATIONS, { name: 'another', scopes: ['org:admin'] }),
    await application.put(own, { ...details, scopes: ['org:admin'] }),
    await application.post(`${own}/resetclientsecret`),
  ]
  for (const { status, body } of refused) {
    expect([status, body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
  }
  expect(await snapshot(stage.db)).toEqual(before)
  await application.put(own, details).expect(200)
})
