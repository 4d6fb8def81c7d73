import type { Configuration } from 'openid-client'
import { loginRefused, ServiceError, unavailable } from '../domain/errors.ts'
import type { Clock } from '../domain/runtime.ts'
import type { Claims } from '../domain/sign-in-rules.ts'
import type { GuardedRequests } from './guarded-requests.ts'
import { IssuerError } from './issuer-error.ts'
import { MAX_DOCUMENT_BYTES } from './issuer-limits.ts'
import { readContent } from './json-answer.ts'

/** How long what a provider says of itself is believed (ms). */
const DISCOVERY_KEPT = 3_600_000
/** By how much its clock may differ (s). */
const CLOCK_TOLERANCE = 30
/** When, and by what, the user authenticated: what a provider need not say unasked (OpenID Connect Core §5.5). */
const CLAIMS = JSON.stringify({ id_token: { auth_time: null, amr: null } })
/** After so long it makes sense to try again (s). */
const RETRY_AFTER = 10

/** This service at an OpenID provider. */
export interface SignInClientOptions {
  name: string
  issuer: string
  clientId: string
  clientSecret: string
  scopes: readonly string[]
  requiredAcr: readonly string[] | undefined
  redirectUri: string
  requests: GuardedRequests
  clock: Clock
}

/** What only the browser that began a sign-in brings back. */
export interface Attempt {
  state: string
  nonce: string
  codeVerifier: string
  /** Whether the user is to authenticate again, whatever session the provider has. */
  isFresh: boolean
}

export type SignInClient = ReturnType<typeof createSignInClient>

/** Not before somebody signs in: few services need it at once. */
const loadClient = () => import('openid-client')

/**
 * Signs people in by an OpenID provider: authorization code (OpenID Connect Core §3.1) with PKCE (RFC 7636), state, nonce, and the
 * issuer in the answer (RFC 9207). The provider is asked through the guarded client.
 */
export function createSignInClient(options: SignInClientOptions) {
  const { name, issuer, clientId, redirectUri, requests, clock } = options
  let known: { configuration: Promise<Configuration>; until: number } | undefined

  async function discover(): Promise<Configuration> {
    const { discovery, allowInsecureRequests, customFetch, ...client } = await loadClient()
    const configuration = await discovery(
      new URL(issuer),
      clientId,
      { client_secret: options.clientSecret, [client.clockTolerance]: CLOCK_TOLERANCE },
      undefined,
      {
        [customFetch]: fetchBy(requests),
        // The guard decides which addresses may be asked without TLS.
        execute: issuer.startsWith('http:') ? [allowInsecureRequests] : [],
      },
    )
    client.enableNonRepudiationChecks(configuration)
    return configuration
  }

  /** @throws {ServiceError} `unavailable` */
  async function configuration(): Promise<Configuration> {
    if (known === undefined || known.until < clock().getTime()) {
      const configuration = discover()
      known = { configuration, until: clock().getTime() + DISCOVERY_KEPT }
      configuration.catch(() => {
        if (known?.configuration === configuration) known = undefined
      })
    }
    return known.configuration.catch((error) => {
      throw notReached(name, error)
    })
  }

  return {
    name,

    /** @returns where the browser goes, and what it is to bring back. @throws {ServiceError} `unavailable` */
    async start({ isFresh }: Pick<Attempt, 'isFresh'>): Promise<{ url: URL; attempt: Attempt }> {
      const client = await loadClient()
      const attempt = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
        isFresh,
      }
      const found = await configuration()
      const url = client.buildAuthorizationUrl(found, {
        redirect_uri: redirectUri,
        scope: options.scopes.join(' '),
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: 'S256',
        ...(options.requiredAcr && { acr_values: options.requiredAcr.join(' ') }),
        ...(found.serverMetadata().claims_parameter_supported && { claims: CLAIMS }),
        ...(isFresh && { prompt: 'login', max_age: '0' }),
      })
      return { url, attempt }
    },

    /**
     * Takes what the browser brings back from the provider.
     *
     * @param query of the address that the browser came to
     * @returns what the provider says of the user
     * @throws {ServiceError} `login_refused`; `unavailable`
     */
    async finish(query: string, { state, nonce, codeVerifier }: Attempt): Promise<Claims> {
      const client = await loadClient()
      const current = new URL(redirectUri)
      current.search = query
      const found = await configuration()
      try {
        const tokens = await client.authorizationCodeGrant(found, current, {
          pkceCodeVerifier: codeVerifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        })
        const claims: Claims = tokens.claims() ?? {}
        if (!found.serverMetadata().userinfo_endpoint) return claims
        const more = await client.fetchUserInfo(found, tokens.access_token, String(claims.sub))
        return { ...more, ...claims }
      } catch (error) {
        throw refusalOf(name, error)
      }
    },

    /** Where a browser signs out of the provider, too (OpenID Connect RP-Initiated Logout §2); null where it has no such page. */
    async logoutUrl(back: string): Promise<string | null> {
      const client = await loadClient()
      const found = await configuration().catch(() => undefined)
      if (!found?.serverMetadata().end_session_endpoint) return null
      return client.buildEndSessionUrl(found, { post_logout_redirect_uri: back }).href
    },
  }
}

/** What openid-client asks by: it follows no redirects, and gets nothing long. */
const fetchBy =
  (requests: GuardedRequests) =>
  (
    url: string,
    { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
  ) =>
    requests.run(async (send) => {
      const sent = {
        headers: { ...headers, 'accept-encoding': 'identity' },
        ...(method === 'POST' && { method: 'POST' as const, body: String(body ?? '') }),
      }
      const answer = await send(new URL(url), sent)
      const content = await readContent(answer, MAX_DOCUMENT_BYTES)
      const { statusCode: status, headers: received } = answer
      const type = { 'content-type': String(received['content-type'] ?? '') }
      return new Response(content.length === 0 ? null : content, { status, headers: type })
    })

const notReached = (name: string, error: unknown) =>
  unavailable(
    `${name} cannot be reached, or gives no valid answer${reasonOf(error)}: nobody signs in by it now`,
    RETRY_AFTER,
    error,
  )

/** Of what this service found out itself; never what a provider sent. */
function reasonOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof IssuerError) return ` (${cause.message})`
  }
  return ''
}

/** By the codes of openid-client and oauth4webapi. */
function refusalOf(name: string, error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  const { code = '', error: told } = error as { code?: string; error?: string }
  if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR') {
    return loginRefused(`${name} did not sign you in: ${plain(told)}`)
  }
  if (code === 'OAUTH_RESPONSE_BODY_ERROR') {
    return loginRefused(
      `${name} did not take its own code (${plain(told)}): it was used before, or is too old. Sign in again`,
    )
  }
  if (reasonOf(error) !== '') return notReached(name, error)
  return new ServiceError(
    'login_refused',
    `What came back from ${name} does not belong to the sign-in that this browser began. Sign in again`,
    { cause: error },
  )
}

/** An error code of OAuth2 (RFC 6749 §5.2), whatever a provider made of it. */
const plain = (code: unknown) =>
  typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'an error'
