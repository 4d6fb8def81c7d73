import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CLIENT_TOKEN_LIFETIME } from '../../src/domain/api-token-life.ts'
import { apiOf, basic, type Client } from '../helpers/api.ts'
import { auditEntries, setEnabled, snapshot } from '../helpers/rows.ts'
import { startService } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const ACME = '/api/v1/organization/acme'
const APPLICATIONS = `${ACME}/applications`

type Form = Record<string, string>

let stage: Stage
let alice: Client
let now = Date.parse('2026-11-23T12:00:00Z')
let id: string
let secret: string

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.people('alice')
  for (const name of ['acme', 'other']) await stage.organization(name)
  alice = stage.api.as(
    await stage.token('alice', ['org:admin', 'user:admin', 'repo:read', 'repo:write'], 10_000_000),
  )
})

afterAll(() => stage.close())

beforeEach(async () => {
  const scopes = ['org:admin', 'user:admin', 'repo:read']
  const { body } = await alice.post(APPLICATIONS, { name: 'ci', scopes })
  id = body.client_id
  secret = body.client_secret
})

const form = (path: string, fields: Form | string, headers: Form = {}) =>
  request(stage.url)
    .post(path)
    .set(headers)
    .set('content-type', 'application/x-www-form-urlencoded')
    .send(typeof fields === 'string' ? fields : new URLSearchParams(fields).toString())
const asClient = (path: string, fields: Form) => form(path, fields, basic(id, secret))
const grant = (fields: Form = {}) =>
  asClient('/oauth/token', { grant_type: 'client_credentials', ...fields })
const introspect = async (token: string) => (await asClient('/oauth/introspect', { token })).body
/** The one entry in the log for what the application did. */
const entryOf = async (kind: string) => {
  const entries = (await auditEntries(stage.db)).filter(
    (entry) =>
      entry.kind === kind &&
      (entry.metadata as { oauth_token_application_id?: string }).oauth_token_application_id === id,
  )
  expect(entries).toHaveLength(1)
  return entries[0]
}

describe('the client-credentials grant', () => {
  it('is paid for by Basic', async () => {
    const { headers, body } = await grant().expect(200)
    expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
      token_type: 'Bearer',
      expires_in: CLIENT_TOKEN_LIFETIME,
      scope: 'org:admin user:admin repo:read',
    })
  })

  it('is paid for in the body', async () => {
    const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
    await form('/oauth/token', fields).expect(200)
  })

  it('reads Basic in the encoding of forms', async () => {
    const encoded = [id, secret].map((text) =>
      [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(''),
    )
    const headers = basic(encoded[0] ?? '', encoded[1] ?? '')
    await form('/oauth/token', { grant_type: 'client_credentials' }, headers).expect(200)
  })

  it('gives what is asked for, of what the application may have', async () => {
    expect((await grant({ scope: 'repo:read' })).body.scope).toBe('repo:read')
    expect((await grant({ scope: '' })).body.scope).toBe('org:admin user:admin repo:read')
    for (const scope of ['repo:write', 'repo:read repo:write', 'nothing', ' ']) {
      const { status, body } = await grant({ scope })
      expect([status, body.error]).toEqual([400, 'invalid_scope'])
    }
  })

  it('gives nothing to an application without scopes', async () => {
    const { body } = await alice.post(APPLICATIONS, { name: 'none' })
    const headers = basic(body.client_id, body.client_secret)
    const answer = await form('/oauth/token', { grant_type: 'client_credentials' }, headers)
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_scope'])
  })

  it('ends after an hour', async () => {
    const { body } = await grant()
    now += CLIENT_TOKEN_LIFETIME * 1000 - 1
    await stage.api.as(body.access_token).get(APPLICATIONS).expect(200)
    now += 1
    await stage.api.as(body.access_token).get(APPLICATIONS).expect(401)
    expect(await introspect(body.access_token)).toEqual({ active: false })
  })

  it('leaves no expired token behind', async () => {
    await grant()
    now += CLIENT_TOKEN_LIFETIME * 1000
    await grant()
    const tokens = await stage.db.oAuthToken.count({ where: { application: { clientId: id } } })
    expect(tokens).toBe(1)
  })
})

describe('a client-credentials token', () => {
  it('administers the organization of its application, and nothing else', async () => {
    const application = stage.api.as((await grant()).body.access_token)
    await application.put(`${ACME}/robots/bot${now}`).expect(201)
    expect((await application.get(ACME)).body.is_admin).toBe(true)
    for (const path of ['/api/v1/organization/other/applications', '/api/v1/user/robots']) {
      await application.get(path).expect(403)
    }
    await application.get('/api/v1/user/apptoken').expect(403)
    await application.post('/api/v1/organization/', { name: 'mine' }).expect(403)
    await application.get('/api/v1/user/').expect(401)
  })

  it('does no more than its scopes', async () => {
    const application = stage.api.as((await grant({ scope: 'repo:read' })).body.access_token)
    await application.get(`${ACME}/robots`).expect(403)
  })

  it('ends with a scope that it has and the application loses, for good', async () => {
    const { access_token: token } = (await grant()).body
    const { access_token: narrow } = (await grant({ scope: 'org:admin' })).body
    const { access_token: reader } = (await grant({ scope: 'repo:read' })).body
    const change = (scopes: string[]) =>
      alice
        .put(`${APPLICATIONS}/${id}`, { name: 'ci', redirect_uri: '', application_uri: '', scopes })
        .expect(200)
    for (const scopes of [['repo:read'], ['org:admin', 'repo:read']]) {
      await change(scopes)
      for (const ended of [token, narrow]) {
        await stage.api.as(ended).get(`${ACME}/robots`).expect(401)
      }
    }
    await stage.api.as(reader).get(`${ACME}/robots`).expect(403)
  })

  it('ends with the secret, also where that is replaced while the token is granted', async () => {
    for (let round = 0; round < 5; round++) {
      const [reset, ...answers] = await Promise.all([
        alice.post(`${APPLICATIONS}/${id}/resetclientsecret`),
        ...Array.from({ length: 4 }, () => grant()),
      ])
      expect(reset.status).toBe(200)
      for (const { body } of answers.filter(({ status }) => status === 200)) {
        await stage.api.as(body.access_token).get(`${ACME}/robots`).expect(401)
      }
      secret = reset.body.client_secret
    }
  })

  it('is the performer in the log', async () => {
    const { body } = await grant({ scope: 'org:admin' })
    await stage.api.as(body.access_token).put(`${ACME}/robots/logged${now}`).expect(201)
    const got = await entryOf('create_oauth_api_token')
    const did = await entryOf('create_robot')
    const { id: performerId } = await stage.db.oAuthApplication.findUniqueOrThrow({
      where: { clientId: id },
    })
    for (const entry of [got, did]) {
      expect(entry).toMatchObject({
        performerId,
        performerName: 'application ci',
        namespaceName: 'acme',
        tokenId: expect.any(String),
        metadata: { oauth_token_application_id: id, oauth_token_application: 'ci' },
      })
    }
    expect(JSON.stringify([got, did])).not.toContain(body.access_token)
  })

  it('gives no application more than it holds itself', async () => {
    const application = stage.api.as((await grant({ scope: 'org:admin' })).body.access_token)
    await application.post(APPLICATIONS, { name: 'x', scopes: ['repo:read'] }).expect(403)
    expect((await application.get(`${APPLICATIONS}/${id}`)).body.client_secret).toBeNull()
    await application.post(`${APPLICATIONS}/${id}/resetclientsecret`).expect(403)
  })
})

describe('a client that does not authenticate', () => {
  const grantType = 'grant_type=client_credentials'
  const ENDPOINTS = ['/oauth/token', '/oauth/revoke', '/oauth/introspect']

  it.each(ENDPOINTS)('is refused by %s, whatever else is wrong', async (path) => {
    for (const headers of [
      {},
      basic(id, 'WRONG'),
      basic(id, `${secret}A`),
      basic(id, secret.toLowerCase()),
      basic(id, ''),
      basic('A'.repeat(20), secret),
      basic('\0', '\0'),
      basic('%zz', secret),
      { authorization: 'Basic x' },
      { authorization: `Bearer ${secret}` },
    ]) {
      const answer = await form(path, 'grant_type=nonsense', headers as Form)
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client'])
      expect(answer.headers).toMatchObject({
        'www-authenticate': `Basic realm="${stage.url}"`,
        'cache-control': 'no-store',
      })
    }
    await form(path, `${grantType}&client_id=${id}`).expect(401)
    await form(path, `${grantType}&client_secret=${secret}`).expect(401)
  })

  it('is refused while the organization is disabled', async () => {
    const { access_token: token } = (await grant()).body
    await setEnabled(stage.db, 'acme', false)
    const [refused, used] = [await grant(), await stage.api.as(token).get(APPLICATIONS)]
    await setEnabled(stage.db, 'acme', true)
    expect([refused.status, used.status]).toEqual([401, 401])
  })

  it('stands in the log of the organization, ten times a minute', async () => {
    now += 60_000
    for (let i = 0; i < 12; i++) await form('/oauth/token', grantType, basic(id, 'WRONG'))
    now += 60_000
    await form('/oauth/token', grantType, basic(id, 'WRONG'))
    await form('/oauth/token', grantType, basic('A'.repeat(20), 'WRONG'))
    const entries = (await auditEntries(stage.db)).filter(
      ({ kind, metadata }) =>
        kind === 'login_failure' && (metadata as { client_id?: string }).client_id === id,
    )
    expect(entries).toHaveLength(11)
    expect(entries.at(-1)).toMatchObject({
      namespaceName: 'acme',
      metadata: { type: 'oauth', kind: 'application', application_name: 'ci', not_logged: 2 },
    })
  })
})

describe('a request that cannot be understood', () => {
  const client = () => `client_id=${id}&client_secret=${secret}`

  it('is refused in the words of RFC 6749', async () => {
    const cases: [string, Form, string][] = [
      [client(), {}, 'invalid_request'],
      [`${client()}&grant_type=`, {}, 'invalid_request'],
      [`${client()}&grant_type=password`, {}, 'unsupported_grant_type'],
      [`${client()}&grant_type=a&grant_type=b`, {}, 'invalid_request'],
      [`${client()}&grant_type=client_credentials`, basic(id, secret), 'invalid_request'],
      [`client_id=x&grant_type=client_credentials`, basic(id, secret), 'invalid_request'],
      [`${client()}&grant_type=%00`, {}, 'unsupported_grant_type'],
    ]
    for (const [body, headers, error] of cases) {
      const answer = await form('/oauth/token', body, headers)
      expect([answer.status, answer.body]).toEqual([
        400,
        { error, error_description: expect.stringMatching(/^[ !#-[\]-~]+$/) },
      ])
    }
  })

  it('takes the client id beside Basic, and parameters that it does not know', async () => {
    await grant({ client_id: id, foo: 'bar', __proto__: 'x', constructor: 'y' }).expect(200)
  })

  it('must be a form', async () => {
    const json = await request(stage.url)
      .post('/oauth/token')
      .set(basic(id, secret))
      .send({ grant_type: 'client_credentials' })
    expect([json.status, json.body.error]).toEqual([415, 'invalid_request'])
    const empty = await request(stage.url).post('/oauth/token').set(basic(id, secret))
    expect([empty.status, empty.body.error]).toEqual([400, 'invalid_request'])
    const large = await form('/oauth/token', `x=${'y'.repeat(1_048_576)}`, basic(id, secret))
    expect([large.status, large.body.error]).toEqual([413, 'invalid_request'])
  })

  it('leaves the API to JSON', async () => {
    await form(APPLICATIONS, 'name=x', { authorization: 'Bearer none' }).expect(401)
    const token = await stage.token('alice', ['org:admin'])
    await form(APPLICATIONS, 'name=x', { authorization: `Bearer ${token}` }).expect(415)
  })
})

describe('introspection', () => {
  it('tells what tokens of the same application may do', async () => {
    now += 700 // a second is cut, not rounded
    const { access_token: own } = (await grant({ scope: 'repo:read' })).body
    const iat = Math.floor(now / 1000)
    expect(await introspect(own)).toEqual({
      active: true,
      scope: 'repo:read',
      client_id: id,
      token_type: 'Bearer',
      iat,
      exp: iat + CLIENT_TOKEN_LIFETIME,
      sub: id,
    })
    const wanted = { name: 't', scope: 'org:admin', expiration: 60 }
    const { body: minted } = await alice.post(`${APPLICATIONS}/${id}/tokens`, wanted)
    expect(await introspect(minted.token)).toEqual({
      active: true,
      scope: 'org:admin',
      client_id: id,
      username: 'alice',
      token_type: 'Bearer',
      iat,
      exp: iat + 60,
      sub: 'alice',
    })
    const { body: listed } = await alice.get(`${APPLICATIONS}/${id}/tokens`)
    expect(listed.tokens[0].last_accessed).toBeNull()
  })

  it('tells nothing of others', async () => {
    const { body: other } = await alice.post(APPLICATIONS, { name: 'o', scopes: ['repo:read'] })
    const headers = basic(other.client_id, other.client_secret)
    const { body } = await form('/oauth/token', { grant_type: 'client_credentials' }, headers)
    const personal = await stage.token('alice', ['org:admin'])
    for (const token of [body.access_token, personal, 'A'.repeat(40), 'x', '\0']) {
      expect(await introspect(token)).toEqual({ active: false })
    }
    const { status, body: missing } = await asClient('/oauth/introspect', {})
    expect([status, missing.error]).toEqual([400, 'invalid_request'])
  })

  it('knows no token of a disabled user', async () => {
    const wanted = { name: 't', scope: 'org:admin' }
    const { body } = await alice.post(`${APPLICATIONS}/${id}/tokens`, wanted)
    await setEnabled(stage.db, 'alice', false)
    const answer = await introspect(body.token)
    await setEnabled(stage.db, 'alice', true)
    expect(answer).toEqual({ active: false })
  })
})

describe('revocation', () => {
  it('ends a token of the application, and says nothing of one that is not there', async () => {
    const { access_token: token } = (await grant()).body
    const fields = { token, token_type_hint: 'refresh_token' }
    const { text } = await asClient('/oauth/revoke', fields).expect(200)
    expect(text).toBe('')
    await stage.api.as(token).get(APPLICATIONS).expect(401)
    expect(await entryOf('revoke_oauth_api_token')).toMatchObject({
      namespaceName: 'acme',
      performerName: 'application ci',
    })
    const before = await snapshot(stage.db)
    for (const unknown of [token, 'A'.repeat(40), 'x', '\0']) {
      await asClient('/oauth/revoke', { token: unknown }).expect(200)
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('ends a token that a user made for the application', async () => {
    const wanted = { name: 't', scope: 'org:admin' }
    const { body } = await alice.post(`${APPLICATIONS}/${id}/tokens`, wanted)
    await asClient('/oauth/revoke', { token: body.token }).expect(200)
    await stage.api.as(body.token).get(APPLICATIONS).expect(401)
  })

  it('leaves tokens of others alone', async () => {
    const personal = await stage.token('alice', ['org:admin'])
    const { status, body } = await asClient('/oauth/revoke', { token: personal })
    expect([status, body.error]).toEqual([400, 'invalid_grant'])
    await stage.api.as(personal).get(APPLICATIONS).expect(200)
    await asClient('/oauth/revoke', {}).expect(400)
  })
})

it('tells clients where everything is also at the path that they make of a URL with one', async () => {
  const publicUrl = 'https://example.com/a%20b/robots:1'
  const other = await startService({ database: stage.database, config: { publicUrl } })
  try {
    const { as } = apiOf(`http://127.0.0.1:${other.config.port}`)
    for (const path of ['', '/a%20b/robots:1']) {
      const answer = await as().get(`/.well-known/oauth-authorization-server${path}`).expect(200)
      expect(answer.body.issuer).toBe(publicUrl)
    }
    for (const path of ['/a%20b', '/a%20b/robots:2', '/a%20b/robots:1/x']) {
      await as().get(`/.well-known/oauth-authorization-server${path}`).expect(404)
    }
  } finally {
    await other.close()
  }
})

it('tells clients where everything is', async () => {
  const { body } = await stage.api.as().get('/.well-known/oauth-authorization-server').expect(200)
  expect(body).toMatchObject({
    issuer: stage.url,
    token_endpoint: `${stage.url}/oauth/token`,
    revocation_endpoint: `${stage.url}/oauth/revoke`,
    introspection_endpoint: `${stage.url}/oauth/introspect`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  })
})
