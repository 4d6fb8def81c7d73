import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config/config.ts'
import { createClock } from '../helpers/clock.ts'
import { startConnectProxy } from '../helpers/connect-proxy.ts'
import {
  type Answer,
  discoveryPath,
  type Issuer,
  silence,
  startIssuer,
  status,
} from '../helpers/issuer.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { startService, type TestService } from '../helpers/service.ts'
import { createCertificate } from '../oidc/test-certificate.ts'

// How the providers of the section `sign_in` are asked, what for, and how long what they say of themselves is believed.

const HOST = 'login.example'

const cleanups: (() => unknown)[] = []
let database: TestDatabase
let certificate: { key: string; cert: string }
/** A provider over https whose certificate nobody trusts, at a name that leads to this machine. */
let corp: Issuer
/** How its discovery document is answered. */
let discovery: Answer
/** A route on which it can be asked. */
let route: { ca: string; allowed: string[] }

beforeAll(async () => {
  certificate = await createCertificate(HOST)
  route = { ca: certificate.cert, allowed: ['127.0.0.1'] }
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  corp = await startIssuer({ tls: { hostname: HOST, ...certificate } })
  cleanups.push(corp.close)
  const { issuer } = corp
  const endpoints = {
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
  }
  discovery = (_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ issuer, ...endpoints }))
  corp.answer(discoveryPath, discovery)
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A service with a provider for each route, by name, whose resolver knows one name. */
async function serviceWith(
  routes: Record<string, object>,
  { env = {}, address = '127.0.0.1', clock = () => new Date() } = {},
): Promise<TestService> {
  const folder = mkdtempSync(join(tmpdir(), 'provider-routes-'))
  cleanups.push(() => rmSync(folder, { recursive: true }))
  const [path, secret] = [join(folder, 'robots.yaml'), join(folder, 'secret')]
  const client = { client_id: 'quay-robots', client_secret_file: secret }
  const providers = Object.entries(routes).map(([name, said]) => ({
    ...{ name, issuer: corp.issuer, ...client },
    ...said,
  }))
  writeFileSync(secret, 'only-for-tests')
  writeFileSync(path, stringify({ sign_in: { providers } }))
  const { signIn, oidcNat64Prefixes } = loadConfig({ CONFIG_FILE: path, ...env })
  const lookup = async (name: string) => {
    if (name !== HOST) throw Object.assign(new Error(), { code: 'ENOTFOUND' })
    return [{ address, family: address.includes(':') ? 6 : 4 }]
  }
  const service = await startService({
    database,
    config: { signIn, oidcNat64Prefixes },
    surroundings: { issuerNetwork: { lookup, timeoutMs: 1_000 }, clock },
  })
  cleanups.push(service.close)
  return service
}

/** Where the browser of somebody is sent who wants to sign in; or why nowhere. */
async function begin({ url }: TestService, name: string) {
  const { headers, body } = await request(url).get(`/api/v1/session/oidc/${name}`)
  return headers.location?.split('?')[0] ?? /\(.*\)/.exec(body.error_message)?.[0]
}

/** What the browser takes there. */
async function taken({ url }: TestService, path: string) {
  const { headers } = await request(url).get(`/api/v1/session/oidc/${path}`).expect(302)
  return Object.fromEntries(new URL(headers.location ?? '').searchParams)
}

const arrived = () => `${corp.issuer}/authorize`

it('ca and allowed let a private provider be asked, and that one alone', async () => {
  const { ca, allowed } = route
  const service = await serviceWith({ both: route, no_ca: { allowed }, not_allowed: { ca } })
  expect(await begin(service, 'both')).toBe(arrived())
  expect(await begin(service, 'no_ca')).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
  expect(await begin(service, 'not_allowed')).toContain('private or reserved IP address')
})

it('a proxy opens the connection and resolves the name, for its provider alone', async () => {
  const proxy = await startConnectProxy()
  cleanups.push(proxy.close)
  const { ca } = route
  const service = await serviceWith({
    by_proxy: { ca, proxy: proxy.url },
    straight: { ...route, proxy: 'none' },
  })
  expect(await begin(service, 'straight')).toBe(arrived())
  expect(proxy.tunnels).toEqual([])
  // The name leads to a private address here, which is not where the proxy is asked to go.
  expect(await begin(service, 'by_proxy')).toBe(arrived())
  expect(proxy.tunnels).toEqual([new URL(corp.issuer).host])
})

it('a provider is asked for what the section says, and for a log-in anew where one is wanted', async () => {
  const said = { scopes: ['openid', 'roles'], required_acr: ['gold', 'silver'] }
  const service = await serviceWith({ corp: route, strict: { ...route, ...said } })
  const any = expect.stringMatching(/^[\w-]{43}$/)
  const always = {
    ...{ client_id: 'quay-robots', response_type: 'code', state: any, nonce: any },
    ...{ code_challenge: any, code_challenge_method: 'S256' },
  }
  const back = (name: string) => expect.stringContaining(`/api/v1/session/oidc/${name}/callback`)
  expect(await taken(service, 'corp')).toEqual({
    ...always,
    ...{ redirect_uri: back('corp'), scope: 'openid profile email' },
  })
  expect(await taken(service, 'strict?prompt=login')).toEqual({
    ...always,
    ...{ redirect_uri: back('strict'), scope: 'openid roles' },
    ...{ acr_values: 'gold silver', prompt: 'login', max_age: '0' },
  })
})

it('an address that stands for one of IPv4 in this network is judged as that one', async () => {
  const service = await serviceWith(
    { corp: { ca: route.ca } },
    { env: { OIDC_NAT64_PREFIXES: '2a00:1098:2b::/96' }, address: '2a00:1098:2b::a00:1' },
  )
  expect(await begin(service, 'corp')).toContain('private or reserved IP address')
})

it('a provider that does not answer is not waited for', async () => {
  corp.answer(discoveryPath, silence)
  expect(await begin(await serviceWith({ corp: route }), 'corp')).toBe(
    '(No complete answer in time)',
  )
})

it('a provider that gave no valid answer is asked again the next time', async () => {
  const service = await serviceWith({ corp: route })
  for (const answer of [status(500), status(200, '{}')]) {
    corp.answer(discoveryPath, answer)
    expect(await begin(service, 'corp')).toBeUndefined()
  }
  corp.answer(discoveryPath, discovery)
  expect(await begin(service, 'corp')).toBe(arrived())
})

it('what a provider says of itself is believed for an hour', async () => {
  const time = createClock()
  const service = await serviceWith({ corp: route }, { clock: time.clock })
  const asked = async () => {
    expect(await begin(service, 'corp')).toBe(arrived())
    return corp.requests.length
  }
  expect([await asked(), await asked()]).toEqual([1, 1])
  time.pass(3_599)
  expect(await asked()).toBe(1)
  time.pass(2)
  expect(await asked()).toBe(2)
})
