import { createServer } from 'node:http'
import { exportJWK, type JWK } from 'jose'
import { Provider } from 'oidc-provider'
import { listenOnLoopback } from '../helpers/loopback-server.ts'
import { createMint, createSigningKey, type Mint, type SigningKey } from '../helpers/signing.ts'

/** The npm package `oidc-provider`, run as an identity provider on loopback. */
export interface RealIssuer {
  issuer: string
  /** The provider's keys, one for each of `providerAlgorithms`. */
  keys: SigningKey[]
  /**
   * A token that the provider itself makes: client credentials grant, access token of RFC 9068. The
   * audience is a URL; the subject is `clientIdOf(alg)`.
   */
  requestToken(audience: string, alg?: string): Promise<string>
  /** A token with any claims, signed with one of the provider's keys. */
  mint: Mint
  close(): Promise<void>
}

export const providerAlgorithms = ['RS256', 'ES256', 'EdDSA']
const clientSecret = 'only-for-tests'

/** The client whose tokens are signed with this algorithm. */
export const clientIdOf = (alg: string) => `ci-${alg}`

export async function startRealIssuer(): Promise<RealIssuer> {
  const keys = await Promise.all(providerAlgorithms.map((alg) => createSigningKey(alg, `k-${alg}`)))
  const server = createServer()
  const { port, close } = await listenOnLoopback(server)
  const issuer = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer, configure(await Promise.all(keys.map(toPrivateJwk))))
  server.on('request', provider.callback())

  return {
    issuer,
    keys,
    requestToken: (audience, alg = 'RS256') => requestToken(issuer, audience, alg),
    mint: createMint(issuer, keys[0] as SigningKey),
    close,
  }
}

function configure(keys: JWK[]): object {
  return {
    jwks: { keys },
    cookies: { keys: ['only-for-tests'] },
    clients: providerAlgorithms.map((alg) => ({
      client_id: clientIdOf(alg),
      client_secret: clientSecret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    ttl: { ClientCredentials: 600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_: unknown, audience: string, client: { clientId: string }) => ({
          audience,
          scope: '',
          accessTokenFormat: 'jwt',
          jwt: {
            sign: { alg: providerAlgorithms.find((alg) => clientIdOf(alg) === client.clientId) },
          },
        }),
      },
    },
  }
}

async function toPrivateJwk({ privateKey, kid, alg }: SigningKey): Promise<JWK> {
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' }
}

async function requestToken(issuer: string, audience: string, alg: string): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientIdOf(alg)}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
  })
  const body = (await response.json()) as { access_token?: string }
  if (body.access_token === undefined) throw new Error(`No token: ${JSON.stringify(body)}`)
  return body.access_token
}
