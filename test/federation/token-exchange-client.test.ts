import {
  type AuthorizationServer,
  allowInsecureRequests,
  discoveryRequest,
  genericTokenEndpointRequest,
  None,
  processDiscoveryResponse,
  processGenericTokenEndpointResponse,
  ResponseBodyError,
} from 'oauth4webapi'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Issuer } from '../helpers/issuer.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
/** The service under test has no certificate. */
const HTTP = { [allowInsecureRequests]: true }

let stage: FederationStage
let issuer: Issuer
let server: AuthorizationServer

beforeAll(async () => {
  stage = await startFederationStage()
  issuer = stage.issuer
  await stage.robot('acme+ci', [{ issuer: issuer.issuer, subject: 'job' }])
  const address = new URL(stage.url)
  const found = await discoveryRequest(address, { algorithm: 'oauth2', ...HTTP })
  const metadata = await processDiscoveryResponse(address, found)
  server = { issuer: metadata.issuer, token_endpoint: metadata.token_exchange_endpoint as string }
})
afterAll(() => stage.close())

async function exchange(parameters: Record<string, string> = {}) {
  const client = { client_id: 'ci' }
  const form = {
    subject_token: await issuer.mint({ sub: 'job' }),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    resource: 'urn:quay:robot:acme+ci',
    ...parameters,
  }
  const answer = await genericTokenEndpointRequest(server, client, None(), GRANT, form, HTTP)
  return processGenericTokenEndpointResponse(server, client, answer)
}

it('an ordinary OAuth2 client library exchanges an identity token', async () => {
  const granted = await exchange({ scope: 'repository:acme/web:pull' })
  expect(granted).toMatchObject({
    token_type: 'bearer',
    expires_in: 3600,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    scope: 'repository:acme/web:pull',
  })
  await stage.api.login('acme+ci', granted.access_token).expect(200)
})

it('and understands why it gets none', async () => {
  const refused = await exchange({ resource: 'urn:quay:robot:acme+none' }).catch((error) => error)
  expect(refused).toBeInstanceOf(ResponseBodyError)
  expect(refused).toMatchObject({ status: 400, error: 'invalid_target' })
})
