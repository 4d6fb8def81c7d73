import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config/config.ts'
import { startConnectProxy } from '../helpers/connect-proxy.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { type Issuer, json, startIssuer } from '../helpers/issuer.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { type Claims, createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { createCertificate } from '../oidc/test-certificate.ts'

// Records of the operator: the section `issuers` of the configuration file.

const HOST = 'issuer.example'

const cleanups: (() => unknown)[] = []
let database: TestDatabase
let certificate: { key: string; cert: string }
/** An issuer over https whose certificate nobody trusts, at a name that leads to this machine. */
let issuer: Issuer
let port: string

beforeAll(async () => {
  certificate = await createCertificate(HOST)
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  issuer = await startIssuer({ tls: { hostname: HOST, ...certificate } })
  cleanups.push(issuer.close)
  port = new URL(issuer.issuer).port
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A service with this section, whose resolver knows one name. */
async function serviceWith(issuers: object): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'issuers-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'robots.yaml')
  writeFileSync(path, stringify({ issuers }))
  const lookup = async (name: string) => {
    if (name !== HOST) throw Object.assign(new Error(), { code: 'ENOTFOUND' })
    return [{ address: '127.0.0.1', family: 4 }]
  }
  await database.reset()
  const stage = await startStage({
    database,
    config: { issuers: loadConfig({ CONFIG_FILE: path }).issuers },
    surroundings: { issuerNetwork: { lookup, timeoutMs: 2_000 } },
  })
  cleanups.push(stage.close)
  await stage.people('alice')
  await stage.organization('acme')
  await stage.robot('acme+ci', [{ issuer: issuer.issuer, subject: 'build' }])
  return stage
}

/** Status and error of an exchange. */
async function exchange(stage: Stage, claims: Claims = {}) {
  const token = await issuer.mint({ sub: 'build', ...claims })
  const { status, body } = await exchangeOf(stage.url).basic('acme+ci', token)
  return { status, error: body.error }
}

it('without a record, an issuer at a private address with a private certificate is none', async () => {
  expect(await exchange(await serviceWith({}))).toEqual({
    status: 401,
    error: expect.stringMatching(/issuer\.example: .*\(address\)$/),
  })
})

it('ca and allowed let a private issuer be asked, and its record alone', async () => {
  const record = { issuer: issuer.issuer, ca: certificate.cert, allowed: ['127.0.0.1'] }
  expect(await exchange(await serviceWith({ office: record }))).toMatchObject({ status: 200 })
  const other = { ...record, issuer: 'https://other.example' }
  expect(await exchange(await serviceWith({ office: other }))).toMatchObject({ status: 401 })
})

it('allowed without ca: the certificate is still checked', async () => {
  const record = { issuer: issuer.issuer, allowed: ['127.0.0.0/8'] }
  expect(await exchange(await serviceWith({ office: record }))).toEqual({
    status: 503,
    error: expect.stringMatching(/DEPTH_ZERO_SELF_SIGNED_CERT \(tls\)$/),
  })
})

it('default is how all issuers are asked that have no record', async () => {
  const stage = await serviceWith({ default: { ca: certificate.cert, allowed: [HOST] } })
  expect(await exchange(stage)).toMatchObject({ status: 200 })
})

it('jwks are the keys: nobody is asked', async () => {
  const key = await createSigningKey('ES256', 'inline')
  const stage = await serviceWith({
    office: { issuer: issuer.issuer, jwks: { keys: [key.publicJwk] } },
  })
  const token = await issuer.mint({ sub: 'build' }, { key })
  expect((await exchangeOf(stage.url).basic('acme+ci', token)).status).toBe(200)
  expect(await exchange(stage)).toEqual({
    status: 401,
    error: 'Invalid token: The issuer has no such key',
  })
  const rogue = await createSigningKey('ES256', 'inline')
  const forged = await issuer.mint({ sub: 'build' }, { key: rogue })
  expect((await exchangeOf(stage.url).basic('acme+ci', forged)).status).toBe(401)
  expect(issuer.requests).toEqual([])
})

it('jwks_uri is where the keys are: there need be no discovery document', async () => {
  issuer.answer('/elsewhere', json({ keys: [issuer.key.publicJwk] }))
  const stage = await serviceWith({
    office: {
      issuer: issuer.issuer,
      jwks_uri: `${issuer.issuer}/elsewhere`,
      ca: certificate.cert,
      allowed: ['127.0.0.1'],
    },
  })
  expect(await exchange(stage)).toMatchObject({ status: 200 })
  expect(issuer.requests.map(({ url }) => url)).toEqual(['/elsewhere'])
})

it('max_token_lifetime refuses tokens that were made to live longer', async () => {
  const stage = await serviceWith({
    office: {
      issuer: issuer.issuer,
      jwks: { keys: [issuer.key.publicJwk] },
      max_token_lifetime: '10m',
    },
  })
  const now = Math.floor(Date.now() / 1000)
  expect(await exchange(stage, { iat: now, exp: now + 600 })).toMatchObject({ status: 200 })
  expect(await exchange(stage, { iat: now - 600, exp: now + 1 })).toEqual({
    status: 401,
    error: "Invalid token: The token lives 601 s, longer than its issuer's record allows",
  })
})

it('required_claims and single_use hold for all tokens of the issuer', async () => {
  const stage = await serviceWith({
    office: {
      issuer: issuer.issuer,
      jwks: { keys: [issuer.key.publicJwk] },
      required_claims: { environment: ['production', 'staging'] },
      single_use: true,
    },
  })
  expect(await exchange(stage, { environment: 'test' })).toEqual({
    status: 401,
    error: 'claim_mismatch: environment is test',
  })
  const claims = { environment: 'staging', jti: 'one' }
  expect(await exchange(stage, claims)).toMatchObject({ status: 200 })
  expect(await exchange(stage, claims)).toMatchObject({
    status: 401,
    error: expect.stringContaining('token_used'),
  })
})

it('single_use holds whether an entry names the record or not', async () => {
  const jwks = { keys: [issuer.key.publicJwk] }
  const stage = await serviceWith({ office: { issuer: issuer.issuer, jwks, single_use: true } })
  await stage.robot('acme+other', [])
  const alice = await stage.client('alice', 'org:admin')
  const entry = { issuer: issuer.issuer, issuer_ref: 'office', subject: 'build' }
  await alice.post('/api/v1/organization/acme/robots/other/federation', [entry]).expect(201)
  const token = await issuer.mint({ sub: 'build', jti: 'one' })
  await exchangeOf(stage.url).basic('acme+ci', token).expect(200)
  await exchangeOf(stage.url).basic('acme+other', token).expect(401)
})

it('of two records with one text each is for entries that name it', async () => {
  const key = await createSigningKey('ES256', 'other')
  const record = (jwk: object) => ({ issuer: issuer.issuer, jwks: { keys: [jwk] } })
  const stage = await serviceWith({
    'cluster-a': record(issuer.key.publicJwk),
    'cluster-b': record(key.publicJwk),
  })
  await stage.db.robot.deleteMany()
  await stage.robot('acme+ci', [])
  const alice = await stage.client('alice', 'org:admin', 'user:admin')
  const entry = { issuer: issuer.issuer, issuer_ref: 'cluster-b', subject: 'build' }
  const url = '/api/v1/organization/acme/robots/ci/federation'
  expect((await alice.post(url, [entry])).status).toBe(201)
  expect(await exchange(stage)).toMatchObject({ status: 401 })
  const token = await issuer.mint({ sub: 'build' }, { key })
  expect((await exchangeOf(stage.url).basic('acme+ci', token)).status).toBe(200)
})

it('of two records with one name that of the organization is meant', async () => {
  const key = await createSigningKey('ES256', 'other')
  const record = (jwk: object) => ({ issuer: issuer.issuer, jwks: { keys: [jwk] } })
  const stage = await serviceWith({ cluster: record(issuer.key.publicJwk) })
  await stage.robot('acme+other', [])
  const alice = await stage.client('alice', 'org:admin')
  const acme = '/api/v1/organization/acme'
  await alice.put(`${acme}/issuers/cluster`, record(key.publicJwk)).expect(200)
  const entry = { issuer: issuer.issuer, issuer_ref: 'cluster', subject: 'build' }
  await alice.post(`${acme}/robots/other/federation`, [entry]).expect(201)
  const exchanged = async (options?: { key: typeof key }) => {
    const token = await issuer.mint({ sub: 'build' }, options)
    return (await exchangeOf(stage.url).basic('acme+other', token)).status
  }
  expect([await exchanged(), await exchanged({ key })]).toEqual([401, 200])
})

it('of two records with one text each has the keys of its own address', async () => {
  const key = await createSigningKey('ES256', 'other')
  const route = { ca: certificate.cert, allowed: ['127.0.0.1'] }
  const jwkOf = { 'cluster-a': issuer.key.publicJwk, 'cluster-b': key.publicJwk }
  const records = Object.entries(jwkOf).map(([name, jwk]) => {
    issuer.answer(`/${name}`, json({ keys: [jwk] }))
    const jwks_uri = `${issuer.issuer}/${name}`
    return [name, { issuer: issuer.issuer, jwks_uri, ...route }]
  })
  const stage = await serviceWith(Object.fromEntries(records))
  const alice = await stage.client('alice', 'org:admin', 'user:admin')
  for (const name of Object.keys(jwkOf)) {
    await stage.robot(`acme+${name}`)
    const entry = { issuer: issuer.issuer, issuer_ref: name, subject: 'build' }
    const url = `/api/v1/organization/acme/robots/${name}/federation`
    await alice.post(url, [entry]).expect(201)
  }
  const token = await issuer.mint({ sub: 'build' })
  await exchangeOf(stage.url).basic('acme+cluster-a', token).expect(200)
  expect((await exchangeOf(stage.url).basic('acme+cluster-b', token)).status).not.toBe(200)
  const other = await issuer.mint({ sub: 'build' }, { key })
  await exchangeOf(stage.url).basic('acme+cluster-b', other).expect(200)
})

it('of two records with one text neither is meant: its own documents are asked for', async () => {
  const record = { issuer: issuer.issuer, jwks: { keys: [issuer.key.publicJwk] } }
  const stage = await serviceWith({ 'cluster-a': record, 'cluster-b': record })
  expect(await exchange(stage)).toEqual({
    status: 401,
    error: expect.stringMatching(/\(address\)$/),
  })
})

it.each([
  ['of default', (proxy: string) => ({ default: { proxy, ca: certificate.cert } })],
  [
    'of the record',
    (proxy: string) => ({ office: { issuer: issuer.issuer, proxy, ca: certificate.cert } }),
  ],
])('a proxy opens the connection and resolves the name: %s', async (_, sectionOf) => {
  const proxy = await startConnectProxy({ authorization: `Basic ${btoa('robots:s3cret!')}` })
  cleanups.push(proxy.close)
  const url = proxy.url.replace('//', '//robots:s3cret%21@')
  // The name leads to a private address here, which is not where the proxy is asked to go.
  expect(await exchange(await serviceWith(sectionOf(url)))).toMatchObject({ status: 200 })
  const forEachDocument = Array(2).fill(`${HOST}:${port}`)
  expect(proxy.tunnels).toEqual(forEachDocument)
})

it('a proxy that refuses leaves the issuer unavailable, and is not passed by', async () => {
  const proxy = await startConnectProxy({ authorization: 'Basic of somebody else' })
  cleanups.push(proxy.close)
  const stage = await serviceWith({
    office: { issuer: issuer.issuer, proxy: proxy.url, ca: certificate.cert, allowed: [HOST] },
  })
  expect(await exchange(stage)).toMatchObject({ status: 503 })
  expect(issuer.requests).toEqual([])
})

it('a proxy does not open what URLs may not name', async () => {
  const proxy = await startConnectProxy()
  cleanups.push(proxy.close)
  const stage = await serviceWith({ default: { proxy: proxy.url, ca: certificate.cert } })
  const document = { issuer: issuer.issuer, jwks_uri: 'https://169.254.169.254/keys' }
  issuer.answer('/.well-known/openid-configuration', json(document))
  expect(await exchange(stage)).toMatchObject({ status: 401 })
  expect(proxy.tunnels).toEqual([`${HOST}:${port}`])
})

it('`proxy: none` goes straight although default has a proxy', async () => {
  const stage = await serviceWith({
    default: { proxy: 'http://127.0.0.1:9', ca: certificate.cert },
    office: { issuer: issuer.issuer, proxy: 'none', allowed: [HOST] },
  })
  expect(await exchange(stage)).toMatchObject({ status: 200 })
})
