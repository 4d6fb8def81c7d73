import { X509Certificate } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import request from 'supertest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../src/config/config.ts'
import { createLogger } from '../src/plugins/logger.ts'
import { type RunningServer, startServer } from '../src/server.ts'
import { engine } from './db/engines.ts'
import { apiOf, type Client } from './helpers/api.ts'
import { exchangeOf } from './helpers/federation.ts'
import { type Issuer, startIssuer } from './helpers/issuer.ts'
import { freePort } from './helpers/ports.ts'
import type { EmptyDatabase } from './helpers/postgres.ts'
import { TEST_SECRET_KEY } from './helpers/service.ts'

// One server, started as `serve` starts it, on which no setting has its default.

const METRICS_TOKEN = 'token-of-prometheus'
const POOL_SIZE = 3
const KEY_AGE = 7200
const FILE = join(tmpdir(), `settings-${crypto.randomUUID()}.yaml`)
const ROBOTS = '/api/v1/user/robots'
const ADMIN = { username: 'root', password: 'password-of-root', access_token: true }
const AUDIENCE = 'https://for-jobs.example.com'
/** 10.0.0.1, as this network reaches it. */
const BEHIND_NAT64 = 'https://[2a00:1098:2b::a00:1]'

let issuer: Issuer
let database: EmptyDatabase
let server: RunningServer
let url: string
let root: Client
let ci: { name: string; token: string }
let log = ''

beforeAll(async () => {
  issuer = await startIssuer()
  database = await engine.createEmpty()
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  await writeFile(
    FILE,
    `limits: { robots: 1, repositories: 1, teams: 1, organizations: 1, token_lifetime: 2h }
names: { reserved: [taken] }
policy: { audience: '${AUDIENCE}', federation_audiences: default, robot_api_token_exchange: false,
          identity_token_as_password: false, trusted_issuers: listed }
issuers: { ci: { issuer: '${issuer.issuer}' }, nat64: { issuer: '${BEHIND_NAT64}' } }`,
  )
  const config = loadConfig({
    ...(database.options.databaseUrl !== undefined && {
      DATABASE_URL: database.options.databaseUrl,
    }),
    CONFIG_FILE: FILE,
    DATA_DIR: database.options.dataDir,
    DATABASE_POOL_SIZE: String(POOL_SIZE),
    PORT: String(port),
    DRAIN_SECONDS: '0',
    METRICS_TOKEN,
    DOCS: 'false',
    PUBLIC_URL: 'https://robots.example.com',
    TRUSTED_PROXIES: '127.0.0.1',
    SECRET_KEY: TEST_SECRET_KEY.toString('base64'),
    API_PROFILE: 'live',
    USER_INITIALIZE: 'true',
    SUPERUSERS_FULL_ACCESS: 'true',
    CREATE_REPOSITORY_ON_PUSH: 'false',
    TOKEN_ISSUER: 'issuer.example.com',
    REGISTRY_SERVICE: 'service.example.com',
    REGISTRY_HOST: 'registry.example.com:5000',
    ROBOT_TOKEN_TTL: '150',
    REGISTRY_TOKEN_TTL: '70',
    SIGNING_KEY_MAX_AGE: String(KEY_AGE),
    OIDC_ALLOWED_HOSTS: '127.0.0.1',
    OIDC_NAT64_PREFIXES: '2a00:1098:2b::/96',
  })
  const sink = new Writable({
    write: (chunk, _, done) => {
      log += chunk
      done()
    },
  })
  server = await startServer(config, createLogger('info', sink))
  const { body } = await apiOf(url).as().post('/api/v1/user/initialize', ADMIN).expect(200)
  root = apiOf(url).as(body.access_token)
  ci = (await root.put(`${ROBOTS}/ci`).expect(201)).body // API_PROFILE: documented says 200
})

afterAll(async () => {
  await server?.close()
  await issuer?.close()
  await database?.drop()
  await rm(FILE, { force: true })
})

/** What the registry is told of who logs in. */
async function registryToken(login: [string, string], scope: string): Promise<string> {
  const query = { service: 'service.example.com', scope }
  const { body } = await request(url)
    .get('/v2/auth')
    .auth(...login)
    .query(query)
    .expect(200)
  return body.token
}

it('tokens for registries say what the operator chose, and their key lasts so long', async () => {
  const token = await registryToken([ci.name, ci.token], 'registry:catalog:*')
  const { iss, aud, exp = 0, iat = 0 } = decodeJwt(token)
  expect([iss, aud, exp - iat]).toEqual(['issuer.example.com', 'service.example.com', 70])
  const [chain = ''] = decodeProtectedHeader(token).x5c ?? []
  const { validTo } = new X509Certificate(Buffer.from(chain, 'base64'))
  const ends = Date.parse(validTo) / 1000
  expect(ends - iat).toBeGreaterThan(KEY_AGE)
  expect(ends - iat).toBeLessThan(KEY_AGE + 600)
})

it('robot tokens, too, for jobs of a listed issuer that may be asked', async () => {
  await root
    .post(`${ROBOTS}/ci/federation`, [{ issuer: issuer.issuer, subject: 'build' }])
    .expect(200)
  const { body: entries } = await root.get(`${ROBOTS}/ci/federation`)
  expect(entries).toMatchObject([{ audiences: [AUDIENCE] }])
  const identityToken = await issuer.mint({ sub: 'build', aud: AUDIENCE })
  const { body } = await exchangeOf(url).basic(ci.name, identityToken).expect(200)
  const { iss, aud, exp = 0, iat = 0 } = decodeJwt(body.token)
  expect([iss, aud, exp - iat]).toEqual(['issuer.example.com', 'service.example.com', 150])
  await apiOf(url).login(ci.name, body.token).expect(200)
  await apiOf(url).login(ci.name, identityToken).expect(401)
  const other = [{ issuer: 'https://other.example.com', subject: 'build' }]
  await root.post(`${ROBOTS}/ci/federation`, other).expect(400)
})

it('a private address behind a prefix of the network is no address of an issuer, or of a webhook', async () => {
  const entry = { issuer: BEHIND_NAT64, issuer_ref: 'nat64', subject: 'build' }
  const { body } = await root.post(`${ROBOTS}/ci/federation`, [entry]).expect(400)
  expect(body.detail).toContain('private or reserved')
  const webhook = { url: BEHIND_NAT64, events: ['robot.disabled'] }
  const { body: refused } = await root.post('/api/v1/superuser/webhooks', webhook).expect(400)
  expect(refused.detail).toContain('private or reserved')
})

it('what is switched off is not there', async () => {
  await apiOf(url).as().get('/docs/').expect(404)
  await apiOf(url).as().post('/sts/token').expect(404)
  const scope = 'repository:root/new:pull,push'
  const { access } = decodeJwt(await registryToken(['root', ADMIN.password], scope))
  expect(access).toMatchObject([{ name: 'root/new', actions: [] }])
})

it('addresses are those that the operator gave', async () => {
  const { body: error } = await apiOf(url).as().get('/api/v1/nowhere')
  expect(error.type).toBe('https://robots.example.com/api/v1/error/not_found')
  const { body: oauth } = await apiOf(url).as().get('/.well-known/oauth-authorization-server')
  expect(oauth.issuer).toBe('https://robots.example.com')
  const { body: audience } = await apiOf(url).as().get('/oauth2/federation/audience')
  expect(audience).toEqual({ audience: AUDIENCE })
  const { body: login } = await root.get(`${ROBOTS}/ci/credentials/docker-config`)
  expect(Object.keys(login.auths)).toEqual(['registry.example.com:5000'])
  const { headers } = await apiOf(url).as().get('/v2/').expect(401)
  expect(headers['www-authenticate']).toContain(
    'realm="https://robots.example.com/v2/auth",service="service.example.com"',
  )
})

it('limits and names hold', async () => {
  const message = async (answer: Promise<{ body: unknown; status: number }>) => {
    const { status, body } = await answer
    return `${status} ${JSON.stringify(body)}`
  }
  const named = (name: string) => ({ name, email: `${name}@example.com` })
  const repository = (name: string) =>
    root.post('/api/v1/repository', {
      ...{ repository: name, visibility: 'private', description: '' },
    })
  await root.post('/api/v1/organization/', named('acme')).expect(201)
  await repository('one').expect(201)
  expect(await message(root.put(`${ROBOTS}/two`))).toContain('400 ')
  expect(await message(root.put(`${ROBOTS}/two`))).toContain('limits.robots')
  expect(await message(repository('two'))).toContain('limits.repositories')
  const team = root.put('/api/v1/organization/acme/team/two', { role: 'member' })
  expect(await message(team)).toContain('limits.teams')
  const another = root.post('/api/v1/organization/', named('another'))
  expect(await message(another)).toContain('limits.organizations')
  const user = { username: 'taken', email: 'taken@example.com' }
  expect(await message(root.post('/api/v1/superuser/users/', user))).toContain('reserved')
})

it('API tokens live no longer than the operator allows', async () => {
  const applications = '/api/v1/organization/acme/applications'
  const details = { name: 'ci', redirect_uri: '', application_uri: '' }
  const { body: application } = await root.post(applications, details).expect(200)
  const { body } = await root
    .post(`${applications}/${application.client_id}/tokens`, { name: 'a', scope: 'org:admin' })
    .expect(200)
  expect(Date.parse(body.expires_at) - Date.now()).toBeLessThan(2.1 * 3_600_000)
})

it('superusers manage organizations that they are no member of', async () => {
  const user = { username: 'bob', email: 'bob@example.com' }
  await root.post('/api/v1/superuser/users/', user).expect(200)
  await root.put('/api/v1/organization/acme/team/owners/members/bob').expect(200)
  await root.delete('/api/v1/organization/acme/members/root').expect(204)
  await root.get('/api/v1/organization/acme/robots').expect(200)
})

it('callers have the address that the proxy says, in the log of the server and in that of the owner', async () => {
  const from = { 'x-forwarded-for': '203.0.113.7' }
  await request(url).get('/v2/auth').auth('root', 'wrong-password').set(from).expect(401)
  expect(log).toContain('203.0.113.7')
  const { body } = await root.get('/api/v1/user/logs')
  expect(JSON.stringify(body.logs)).toContain('203.0.113.7')
})

it('/metrics shows the connections to the database, no more than there may be', async () => {
  await Promise.all(Array.from({ length: 12 }, () => root.get(ROBOTS)))
  const { text } = await apiOf(url).as(METRICS_TOKEN).get('/metrics').expect(200)
  const connections = text
    .split('\n')
    .filter((line) => /^quay_robots_database_connections\{.*(used|idle)/.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  expect(connections).toBeGreaterThan(0)
  expect(connections).toBeLessThanOrEqual(POOL_SIZE)
})

it('a start says which settings are weak', () => {
  const warnings = log.split('\n').filter((line) => line.includes('"level":40'))
  expect(warnings.join()).toContain('USER_INITIALIZE is on and the server can be reached')
})
