import { decodeJwt } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SCOPES } from '../../src/domain/scopes.ts'
import { apiError, type Client } from '../helpers/api.ts'
import { exchangeOf, federate, LOOPBACK } from '../helpers/federation.ts'
import { auditEntries, setEnabled, snapshot } from '../helpers/rows.ts'
import { POLICY } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// Federation entries give jobs scopes of the API, and `/sts/token` gives them tokens for it.

const ROBOT = 'acme+ci'
const FEDERATION = '/api/v1/organization/acme/robots/ci/federation'
const WEB = '/api/v1/repository/acme/web'

let stage: FederationStage
let alice: Client

beforeAll(async () => {
  stage = await startFederationStage()
  await stage.people('bob')
  await stage.team('acme', { name: 'more', role: 'admin', members: ['bob'] })
  await stage.robot(ROBOT)
  await stage.robot('acme+admin')
  await stage.team('acme', { name: 'robots', role: 'admin', members: ['acme+admin'] })
  await stage.repository('acme/web', { robots: { [ROBOT]: 'write' } })
})

beforeEach(async () => {
  await stage.db.federationEntry.deleteMany()
  await stage.clearLog()
  alice = await stage.client('alice', ...SCOPES)
})

afterAll(() => stage.close())

const entry = (api_scopes?: string, more: object = {}) => ({
  ...{ issuer: stage.issuer.issuer, subject: 'job', audiences: ['quay'] },
  ...(api_scopes !== undefined && { api_scopes }),
  ...more,
})
const set = (entries: object[], client = alice) =>
  client.post(`${FEDERATION}?details=true`, entries)
const trust = async (api_scopes?: string, more: object = {}) =>
  (await set([entry(api_scopes, more)]).expect(201)).body[0]

async function exchange(scope?: string, url = stage.url) {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: await stage.issuer.mint({ sub: 'job', aud: 'quay' }),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    resource: `urn:quay:robot:${ROBOT}`,
    ...(scope !== undefined && { scope }),
  }
  return request(url).post('/sts/token').type('form').send(form)
}
/** What introspection says of a token. */
async function introspected(token: string, url = stage.url) {
  const headers = { authorization: `Bearer ${await stage.token('alice', ['org:admin'])}` }
  const path = '/oauth2/federation/robot/introspect'
  const { body } = await request(url).post(path).set(headers).type('form').send({ token })
  return body
}
const tokenFor = async (scope?: string): Promise<string> =>
  (await exchange(scope)).body.access_token

describe('an entry', () => {
  it('keeps scopes in one form, and its version where they are the same', async () => {
    const saved = await trust(' repo:read,repo:write  repo:read')
    expect(saved).toMatchObject({ api_scopes: 'repo:read repo:write', version: 1 })
    const { body: again } = await set([{ ...saved, api_scopes: 'repo:read,repo:write' }])
    expect(again).toEqual([saved])
    const { body: changed } = await set([{ ...saved, api_scopes: 'repo:read' }])
    expect(changed[0]).toMatchObject({ id: saved.id, version: 2, api_scopes: 'repo:read' })
    const { body: none } = await set([{ ...saved, api_scopes: '' }])
    expect(none[0]).not.toHaveProperty('api_scopes')
  })

  it.each(['everything', 'repo:read everything', 'direct_user_login', ' '])(
    'has known scopes: %j',
    async (scopes) => {
      const { status, body } = await set([entry(scopes)])
      expect([status, body]).toEqual([400, { message: 'Invalid federation API scope' }])
    },
  )

  it('is not given scopes that the token of the caller does not include, also not by a single change', async () => {
    const bob = await stage.client('bob', 'org:admin', 'repo:write')
    await set([entry('repo:read org:admin')], bob).expect(201)
    const before = await snapshot(stage.db)
    const forbidden = { status: 403, body: apiError(stage.url, 'insufficient_scope') }
    expect(await set([entry('repo:admin')], bob)).toMatchObject(forbidden)
    expect(await set([entry('super:user')], bob)).toMatchObject(forbidden)
    const { body } = await bob.get(`${FEDERATION}/entries`)
    const one = `${FEDERATION}/entries/${body.entries[0].id}`
    for (const dry of ['', '?dry_run=true']) {
      expect(await bob.patch(`${one}${dry}`, { api_scopes: 'user:read' })).toMatchObject(forbidden)
    }
    expect(
      await bob.post(`${FEDERATION}/entries`, entry('repo:admin', { subject: 'x' })),
    ).toMatchObject(forbidden)
    expect(await snapshot(stage.db)).toEqual({ ...before })
  })

  it('stays, narrows and goes without the right, but admits nobody else with its scopes', async () => {
    const saved = await trust('repo:admin org:admin')
    const bob = await stage.client('bob', 'org:admin')
    await set([saved], bob).expect(201)
    await set([saved, entry(undefined, { subject: 'other' })], bob).expect(201)
    await set([{ ...saved, subject: 'bobs' }], bob).expect(403)
    await set([{ ...saved, audiences: undefined }], bob).expect(403)
    await set([{ ...saved, api_scopes: 'repo:read org:admin' }], bob).expect(201)
    await set([{ ...saved, api_scopes: 'repo:write org:admin' }], bob).expect(403)
    await set([], bob).expect(201)
  })

  it('gets scopes from no robot and no application, and neither do keys of issuers change by one', async () => {
    const robot = stage.api.as(await stage.robotToken('acme+admin', [...SCOPES]))
    await set([entry()], robot).expect(201)
    await set([entry('repo:read')], robot).expect(403)
    const record = '/api/v1/organization/acme/issuers/cluster'
    await robot.put(record, {}).expect(403)
    await robot.delete(record).expect(403)
  })
})

describe('a token', () => {
  it('has all scopes of the entry, or those that are asked for', async () => {
    const { id } = await trust('repo:write org:admin')
    const { body } = await exchange()
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'repo:write org:admin' })
    expect(decodeJwt(body.access_token)).toMatchObject({
      sub: ROBOT,
      api_scopes: 'repo:write org:admin',
      ...{ federation_id: id, federation_version: 1 },
    })
    expect((await exchange('repo:read')).body.scope).toBe('repo:read')
    expect((await exchange('repo:read,org:admin repo:read')).body.scope).toBe('repo:read org:admin')
    expect((await auditEntries(stage.db)).at(-1)?.metadata).toMatchObject({
      federation_binding_id: id,
      api_scopes: 'repo:read org:admin',
    })
  })

  it('has its scopes told by introspection as by the answer that gave it', async () => {
    await trust('repo:write user:read', { registry_scopes: ['repository:acme/web:pull'] })
    for (const scope of [undefined, 'user:read', 'user:read repository:acme/web:pull']) {
      const { body } = await exchange(scope)
      expect(body.scope).toContain('user:read')
      expect(await introspected(body.access_token)).toMatchObject({
        ...{ active: true, scope: body.scope },
      })
    }
  })

  it.each(['repo:admin', 'repo:read user:read', 'super:user', 'everything'])(
    'has none beside: %s',
    async (scope) => {
      await trust('repo:write')
      const { status, body } = await exchange(scope)
      expect([status, body]).toEqual([400, { error: 'invalid_grant' }])
    },
  )

  it('is one for the registry alone where the entry has no scopes, and from the older endpoint', async () => {
    await trust()
    expect((await exchange()).body).not.toHaveProperty('scope')
    expect((await exchange('repo:read')).status).toBe(400)
    await trust('repo:read')
    const identity = await stage.issuer.mint({ sub: 'job', aud: 'quay' })
    const { body } = await exchangeOf(stage.url).basic(ROBOT, identity).expect(200)
    expect(decodeJwt(body.token)).not.toHaveProperty('api_scopes')
    await stage.api.as(body.token).get('/api/v1/repository?public=true').expect(401)
    const registry = await tokenFor('repository:acme/web:pull')
    expect(decodeJwt(registry)).not.toHaveProperty('api_scopes')
  })

  it('calls the API as the robot, which the log says with the entry', async () => {
    const { id } = await trust('repo:write user:read')
    const token = await tokenFor()
    const robot = stage.api.as(token)
    expect((await robot.get('/api/v1/user/').expect(200)).body.username).toBe(ROBOT)
    expect((await robot.get(WEB).expect(200)).body).toMatchObject({
      can_write: true,
      can_admin: false,
    })
    const publish = (client: Client) =>
      client.post(`${WEB}/changevisibility`, { visibility: 'private' })
    await publish(robot).expect(403)
    await robot.post('/api/v1/organization/acme/robots/ci/tokens', {}).expect(403)
    await stage.db.repositoryPermission.updateMany({ data: { role: 'admin' } })
    await trust('repo:admin')
    await stage.clearLog()
    await publish(stage.api.as(await tokenFor())).expect(200)
    expect((await auditEntries(stage.db)).at(-1)).toMatchObject({
      performerName: ROBOT,
      metadata: { federation_binding_id: id, federation_binding_version: 2 },
    })
    await stage.db.repositoryPermission.updateMany({ data: { role: 'write' } })
  })

  it('is a password at the registry, within its scopes', async () => {
    await trust('repo:write')
    const actions = async (password: string) => {
      const scope = 'repository:acme/web:push,pull'
      const { body } = await stage.api.login(ROBOT, password).query({ scope }).expect(200)
      return decodeJwt<{ access: { actions: string[] }[] }>(body.token).access[0]?.actions
    }
    expect(await actions(await tokenFor())).toEqual(['push', 'pull'])
    expect(await actions(await tokenFor('repo:read'))).toEqual(['pull'])
    expect(await actions(await tokenFor('repo:read repository:acme/web:push'))).toEqual([])
    const { body } = await stage.api.login('$oauthtoken', await tokenFor()).expect(401)
    const message = 'Quay-signed robot JWTs require the robot username'
    expect(body.errors[0].message).toBe(message)
  })

  const ENDS: Record<string, (saved: { id: string }) => PromiseLike<unknown>> = {
    'its entry gets other scopes': (saved) => set([{ ...saved, api_scopes: 'repo:write' }]),
    'its entry goes': () => set([]),
    'the federation goes': () => alice.delete(FEDERATION),
    'its entry goes and comes back': async () => {
      await set([])
      await trust('repo:read')
    },
    'the robot gets a new static token': () =>
      alice.post('/api/v1/organization/acme/robots/ci/regenerate'),
    'the robot is disabled': () =>
      alice.patch('/api/v1/organization/acme/robots/ci', { enabled: false }),
    'the owner is disabled': () => setEnabled(stage.db, 'acme', false),
    'the robot goes and comes back': async () => {
      await alice.delete('/api/v1/organization/acme/robots/ci').expect(204)
      await stage.robot(ROBOT, [entry('repo:read')])
      await alice.put(`${WEB}/permissions/user/${ROBOT}`, { role: 'write' }).expect(200)
    },
  }

  it.each(Object.entries(ENDS))('ends when %s, for everything', async (_, end) => {
    const saved = await trust('repo:read')
    const token = await tokenFor()
    await stage.api.as(token).get(WEB).expect(200)
    await end(saved)
    for (const path of [WEB, '/api/v1/repository?public=true']) {
      const { status, body } = await stage.api.as(token).get(path)
      expect([status, body]).toEqual([401, apiError(stage.url, 'invalid_token')])
    }
    await stage.api.as(token).put(WEB, { description: 'x' }).expect(401)
    await stage.api.login(ROBOT, token).expect(401)
    await setEnabled(stage.db, 'acme', true)
    await alice.patch('/api/v1/organization/acme/robots/ci', { enabled: true })
  })

  it('is good without policy.robot_api_token_exchange, and for nothing without policy.robot_api_tokens', async () => {
    await trust('repo:read')
    const token = await tokenFor()
    const { tokenIssuer, registryService } = stage.config
    const off = async (policy: Partial<typeof POLICY>) =>
      startStage({
        config: { ...LOOPBACK, tokenIssuer, registryService, policy: { ...POLICY, ...policy } },
        database: stage.database,
      })
    const noExchange = await off({ robotApiTokenExchange: false })
    await noExchange.api.as(token).get(WEB).expect(200)
    expect(await introspected(token, noExchange.url)).toMatchObject({ active: true })
    await noExchange.close()
    const noTokens = await off({ robotApiTokens: false })
    await noTokens.api.as(token).get(WEB).expect(401)
    await noTokens.api.login(ROBOT, token).expect(401)
    expect(await introspected(token, noTokens.url)).toEqual({ active: false })
    const { body } = await exchange(undefined, noTokens.url)
    expect([body.scope, decodeJwt(body.access_token).api_scopes]).toEqual([undefined, undefined])
    await noTokens.api.login(ROBOT, body.access_token).expect(200)
    expect((await exchange('repo:read', noTokens.url)).status).toBe(400)
    await noTokens.close()
  })
})

it('a robot token from before has no scopes of the API', async () => {
  const token = await federate(stage, ROBOT, stage.issuer)
  const { status, headers } = await stage.api.as(token).get(WEB)
  expect(status).toBe(401)
  expect(headers['www-authenticate']).toContain('JWT is not valid for API access')
})
