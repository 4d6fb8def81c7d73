import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { exportJWK } from 'jose'
import { Provider } from 'oidc-provider'
import { listenOnLoopback } from '../helpers/loopback-server.ts'
import { createSigningKey } from '../helpers/signing.ts'

/** What the provider says of somebody; `sub` is the name in the map. */
export type Person = Record<string, unknown>

export const CLIENT = { id: 'quay-robots', secret: 'only-for-tests' }

/** The npm package `oidc-provider` as where people sign in: whoever is named by `login_as` has typed the right password. */
export async function startPeopleProvider() {
  const people = new Map<string, Person>()
  const key = await createSigningKey('RS256', 'k')
  const server = createServer()
  const { port, close } = await listenOnLoopback(server)
  const issuer = `http://127.0.0.1:${port}`
  let who = ''
  let proof: { acr?: string; amr?: string[] } = {}
  let userinfo: Person | undefined
  const jwk = { ...(await exportJWK(key.privateKey)), kid: 'k', alg: 'RS256', use: 'sig' }
  const configurationFor = (redirectUris: string[]) => ({
    jwks: { keys: [jwk] },
    cookies: { keys: ['only-for-tests'] },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: redirectUris,
        post_logout_redirect_uris: redirectUris.map((uri) => `${new URL(uri).origin}/`),
      },
    ],
    claims: {
      openid: ['sub'],
      profile: ['preferred_username', 'groups'],
      email: ['email', 'email_verified'],
      ...{ acr: null, amr: null, auth_time: null },
    },
    acrValues: ['password', 'mfa'],
    findAccount: (_: unknown, sub: string) => {
      const person = people.get(sub)
      return person && { accountId: sub, claims: () => ({ sub, ...person }) }
    },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  })

  /**
   * Answers from now on, for a client with these addresses.
   *
   * @param published the keys that it publishes in place of its own (JWKs)
   */
  function serve(redirectUris: string[], published?: readonly unknown[]) {
    const provider = new Provider(issuer, configurationFor(redirectUris))
    const callback = provider.callback()
    server.removeAllListeners('request').on('request', (request, response) => {
      if (published && request.url === '/jwks') {
        const type = { 'content-type': 'application/json' }
        return response.writeHead(200, type).end(JSON.stringify({ keys: published }))
      }
      if (userinfo && request.url === '/me') {
        const type = { 'content-type': 'application/json' }
        return response.writeHead(200, type).end(JSON.stringify({ sub: who, ...userinfo }))
      }
      if (!request.url?.startsWith('/interaction/')) return callback(request, response)
      void answer(provider, request, response)
    })
  }

  async function answer(provider: Provider, request: IncomingMessage, response: ServerResponse) {
    const { prompt, params, session, grantId } = await provider.interactionDetails(
      request,
      response,
    )
    if (prompt.name === 'login') {
      if (who === '') {
        const refusal = { error: 'access_denied', error_description: 'Nobody sits there' }
        return provider.interactionFinished(request, response, refusal)
      }
      const login = { accountId: who, ...proof, remember: true }
      return provider.interactionFinished(request, response, { login })
    }
    const made = { accountId: session?.accountId, clientId: params.client_id }
    const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant(made)
    grant.addOIDCScope('openid profile email')
    const result = { consent: { grantId: await grant.save() } }
    return provider.interactionFinished(request, response, result, {
      mergeWithLastSubmission: true,
    })
  }

  return {
    issuer,
    serve,
    people,
    /** What its userinfo endpoint says from now on, in place of its own words. */
    tell(said: Person | undefined) {
      userinfo = said
    },
    /** Who sits there, '' for nobody, and how that person authenticates. */
    seat(sub: string, how: typeof proof = {}) {
      who = sub
      proof = how
    },
    close,
  }
}
