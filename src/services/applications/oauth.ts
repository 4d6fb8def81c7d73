import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Origin, Performer } from '../../domain/actor.ts'
import { CLIENT_TOKEN_LIFETIME } from '../../domain/api-token-life.ts'
import { scopesToGrant } from '../../domain/application-rights.ts'
import { type ClientCredentials, invalidClient } from '../../domain/client-authentication.ts'
import { ServiceError } from '../../domain/errors.ts'
import { assertOneMore, MOST } from '../../domain/fixed-limits.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { Scope } from '../../domain/scopes.ts'
import {
  countApplicationTokens,
  deleteExpiredApplicationTokens,
} from '../../queries/application-tokens.ts'
import { findClient, type OAuthClient } from '../../queries/applications.ts'
import { deleteToken, type TokenRow } from '../../queries/oauth-tokens.ts'
import { lockApplication } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LoginFailures } from '../audit/login-failures.ts'
import type { LoginThrottle } from '../logins/login-throttle.ts'
import type { ApiTokenService } from './api-tokens.ts'
import type { ClientSecrets } from './client-secrets.ts'

interface OAuthDeps {
  db: Db
  apiTokens: ApiTokenService
  audit: AuditLog
  clientSecrets: ClientSecrets
  failures: LoginFailures
  throttle: LoginThrottle
  clock: Clock
}

/** A client that has shown its secret. */
type AuthenticatedClient = OAuthClient & { credentials: ClientCredentials }

/** A token that is good now. */
export interface ActiveToken extends Pick<TokenRow, 'scopes' | 'createdAt' | 'expiresAt'> {
  clientId: string
  /** Name of the user as whom it acts; undefined where it acts as its application. */
  username: string | undefined
}

export type OAuthService = ReturnType<typeof createOAuthService>

/** What the OAuth2 endpoints do for applications that authenticate with their client secret. */
export function createOAuthService(deps: OAuthDeps) {
  const { db, apiTokens, audit } = deps

  function problemOf(client: OAuthClient, { clientSecret }: ClientCredentials) {
    if (!deps.clientSecrets.matches(client, clientSecret)) return 'Wrong client secret'
    return client.namespace.enabled ? undefined : 'The organization is disabled'
  }

  /** The client as it is now, until the transaction ends: its secret may have been replaced meanwhile. */
  async function lockClient(tx: Tx, credentials: ClientCredentials) {
    await lockApplication(tx, credentials.clientId)
    const client = await findClient(tx, credentials.clientId)
    if (!client || problemOf(client, credentials) !== undefined) throw invalidClient()
    return client
  }

  async function makeRoom(tx: Tx, applicationId: string) {
    await deleteExpiredApplicationTokens(tx, applicationId, deps.clock())
    const { clientTokens } = MOST
    const count = await countApplicationTokens(tx, applicationId, 'itself', clientTokens)
    assertOneMore('clientTokens', count)
  }

  return {
    /**
     * Checks a client's secret; a wrong one is written to the log, where the application exists.
     *
     * @throws {ServiceError} `oauth_invalid_client`, `rate_limited`
     */
    async authenticate(credentials: ClientCredentials, origin: Origin) {
      const client = await findClient(db, credentials.clientId)
      const problem = client && problemOf(client, credentials)
      if (client && problem === undefined) return { ...client, credentials }
      deps.throttle.wrongToken(client ? client.clientId : 'unknown applications', { origin })
      if (!client || problem === undefined) throw invalidClient()
      await deps.failures.record({
        application: client,
        type: 'oauth',
        message: problem,
        origin,
      })
      throw invalidClient()
    },

    /**
     * The client-credentials grant (RFC 6749 §4.4): a token that acts as its application.
     *
     * @param scope undefined: all that the application may have
     * @throws {ServiceError} `oauth_invalid_scope`, `rate_limited`
     */
    grant: ({ credentials }: AuthenticatedClient, scope: string | undefined, origin: Origin) =>
      withTransaction(db, async (tx) => {
        const client = await lockClient(tx, credentials)
        const scopes = scopesToGrant(client, scope)
        await makeRoom(tx, client.id)
        const { token, ...issued } = await apiTokens.issue(tx, {
          applicationId: client.id,
          name: 'client_credentials',
          scopes,
          expiresIn: CLIENT_TOKEN_LIFETIME,
        })
        await audit.record(tx, {
          kind: 'create_oauth_api_token',
          namespace: client.namespace,
          performer: asPerformer(client, issued, scopes, origin),
          metadata: { grant_type: 'client_credentials', scopes, client_id: client.clientId },
        })
        return { token, scopes, expiresIn: CLIENT_TOKEN_LIFETIME }
      }),

    /**
     * RFC 7662. Tokens of other applications are as unknown as those that do not exist.
     *
     * @returns undefined for a token that is not active
     */
    async introspect(
      { id, clientId }: AuthenticatedClient,
      token: string,
    ): Promise<ActiveToken | undefined> {
      const found = await apiTokens.inspect(token)
      if (!found?.live || found.application?.id !== id) return undefined
      const { scopes, createdAt, expiresAt, user } = found
      return { scopes, createdAt, expiresAt, clientId, username: user?.name }
    },

    /**
     * RFC 7009. A token that does not exist is as good as revoked.
     *
     * @throws {ServiceError} `oauth_invalid_grant` for a token that is not the application's
     */
    async revoke(client: AuthenticatedClient, token: string, origin: Origin) {
      const found = await apiTokens.inspect(token)
      if (!found) return
      if (found.application?.id !== client.id) {
        throw new ServiceError('oauth_invalid_grant', 'The token was issued to another client')
      }
      await withTransaction(db, (tx) => end(tx, client, found, origin))
    },
  }

  async function end(tx: Tx, client: OAuthClient, token: TokenRow, origin: Origin) {
    if (!(await deleteToken(tx, token.id))) return
    await audit.record(tx, {
      kind: 'revoke_oauth_api_token',
      namespace: client.namespace,
      performer: asPerformer(client, token, [], origin),
      metadata: { token_uuid: token.id, client_id: client.clientId },
    })
  }
}

const asPerformer = (
  { id, clientId, name, namespace }: OAuthClient,
  { id: tokenId, expiresAt }: { id: string; expiresAt: Date },
  scopes: Scope[],
  origin: Origin,
): Performer => ({
  ...origin,
  actor: {
    kind: 'application',
    applicationId: id,
    name,
    organizationId: namespace.id,
    scopes: new Set(scopes),
    token: { id: tokenId, expiresAt, application: { clientId, name } },
  },
})
