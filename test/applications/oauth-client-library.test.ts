import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrantRequest,
  discoveryRequest,
  introspectionRequest,
  processClientCredentialsResponse,
  processDiscoveryResponse,
  processIntrospectionResponse,
  processRevocationResponse,
  protectedResourceRequest,
  ResponseBodyError,
  revocationRequest,
} from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stage, startStage } from '../helpers/stage.ts'

const APPLICATIONS = '/api/v1/organization/acme/applications'
/** The service under test has no certificate. */
const HTTP = { [allowInsecureRequests]: true }

let stage: Stage
let server: AuthorizationServer
let client: Client
let secret: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  const alice = await stage.client('alice', 'org:admin', 'repo:read')
  const { body } = await alice.post(APPLICATIONS, {
    name: 'ci',
    scopes: ['org:admin', 'repo:read'],
  })
  client = { client_id: body.client_id }
  secret = body.client_secret

  const issuer = new URL(stage.url)
  const discovered = await discoveryRequest(issuer, { algorithm: 'oauth2', ...HTTP })
  server = await processDiscoveryResponse(issuer, discovered)
})

afterAll(() => stage.close())

const grant = async (authentication: ClientAuth, parameters: Record<string, string> = {}) =>
  processClientCredentialsResponse(
    server,
    client,
    await clientCredentialsGrantRequest(server, client, authentication, parameters, HTTP),
  )
const introspect = async (authentication: ClientAuth, token: string) =>
  processIntrospectionResponse(
    server,
    client,
    await introspectionRequest(server, client, authentication, token, HTTP),
  )

describe.each([
  ['client_secret_basic', ClientSecretBasic],
  ['client_secret_post', ClientSecretPost],
])('an ordinary OAuth2 client library with %s', (_method, authenticateWith) => {
  it('gets a token, uses it, asks about it and revokes it', async () => {
    const authentication = authenticateWith(secret)
    const granted = await grant(authentication, { scope: 'org:admin' })
    expect(granted).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'org:admin' })

    const url = new URL(`${stage.url}/api/v1/organization/acme/robots`)
    const call = () =>
      protectedResourceRequest(granted.access_token, 'GET', url, undefined, undefined, HTTP)
    expect(await (await call()).json()).toEqual({ robots: [] })
    expect(await introspect(authentication, granted.access_token)).toMatchObject({
      active: true,
      scope: 'org:admin',
      client_id: client.client_id,
    })

    await processRevocationResponse(
      await revocationRequest(server, client, authentication, granted.access_token, HTTP),
    )
    expect(await introspect(authentication, granted.access_token)).toEqual({ active: false })
    expect((await fetch(url, { headers: bearer(granted.access_token) })).status).toBe(401)
  })

  it('understands why it is refused', async () => {
    const refused = await grant(authenticateWith(secret), { scope: 'repo:write' }).catch((e) => e)
    expect(refused).toBeInstanceOf(ResponseBodyError)
    expect(refused).toMatchObject({ error: 'invalid_scope', status: 400 })
  })
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
