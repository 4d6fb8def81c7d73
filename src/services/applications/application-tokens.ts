import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { assertHolds } from '../../domain/delegation.ts'
import { forbidden, modelRefused, notFound } from '../../domain/errors.ts'
import { assertOneMore, MOST } from '../../domain/fixed-limits.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Page } from '../../domain/page.ts'
import type { Clock } from '../../domain/runtime.ts'
import { parseScopes } from '../../domain/scopes.ts'
import {
  type ApplicationTokenRow,
  countApplicationTokens,
  deleteApplicationToken,
  deleteExpiredApplicationTokens,
  listApplicationTokens,
} from '../../queries/application-tokens.ts'
import { countUserTokens } from '../../queries/oauth-tokens.ts'
import { lockUser } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { BY_ID, readPage } from '../paging.ts'
import type { ApiTokenService } from './api-tokens.ts'
import { findOwnApplication, lockOwnApplication } from './own-application.ts'

export type ApplicationToken = ApplicationTokenRow

interface NewApplicationToken {
  name: string
  /** Names of scopes, as sent. */
  scope: string
  /** Seconds; undefined: as long as may be. */
  expiration: number | undefined
}

interface ApplicationTokenServiceDeps {
  db: Db
  apiTokens: ApiTokenService
  audit: AuditLog
  clock: Clock
}

export type ApplicationTokenService = ReturnType<typeof createApplicationTokenService>

/** API tokens that users make for an application, without a browser. */
export function createApplicationTokenService(deps: ApplicationTokenServiceDeps) {
  const { db, apiTokens, audit, clock } = deps

  return {
    /**
     * An application's tokens that have not expired, in the order of their creation.
     *
     * @param withOwn also those that the application got for itself
     *
     * @throws {ServiceError} `not_found` for the application
     */
    async list(
      organization: Owner,
      clientId: string,
      { nextPage, withOwn }: { nextPage: string | undefined; withOwn: boolean },
    ): Promise<Page<ApplicationToken>> {
      const application = await findOwnApplication(db, organization, clientId)
      return readPage({ nextPage }, BY_ID, (slice) =>
        listApplicationTokens(db, application.id, { ...slice, withOwn, now: clock() }),
      )
    },

    /**
     * Makes a token that acts as the caller, within what the caller's own token may do, and not for longer.
     *
     * @throws {ServiceError} `insufficient_scope` for a caller who is no user, or for scopes beyond the caller's own;
     *   `not_found` for the application; `model_refused` for a name or a scope, or too many tokens
     */
    async create(
      organization: Owner,
      clientId: string,
      wanted: NewApplicationToken,
      performer: Performer,
    ): Promise<ApplicationToken & { token: string }> {
      const { actor } = performer
      if (actor?.kind !== 'user') throw forbidden()
      const name = wanted.name.trim()
      if (name === '') throw modelRefused("'name' must not be empty")
      const scopes = parseScopes(wanted.scope)
      if (!scopes) throw modelRefused(`Invalid scope: ${wanted.scope}`)
      assertHolds(actor.scopes, scopes)

      return withTransaction(db, async (tx) => {
        const application = await lockOwnApplication(tx, organization, clientId)
        await lockUser(tx, actor.userId)
        await deleteExpiredApplicationTokens(tx, application.id, clock())
        const { applicationTokens, userTokens } = MOST
        const count = await countApplicationTokens(tx, application.id, 'users', applicationTokens)
        assertOneMore('applicationTokens', count)
        assertOneMore('userTokens', await countUserTokens(tx, actor.userId, userTokens))
        const { token, ...issued } = await apiTokens.issue(tx, {
          userId: actor.userId,
          applicationId: application.id,
          name,
          scopes,
          expiresIn: wanted.expiration ?? Number.POSITIVE_INFINITY,
          maker: actor,
        })
        await audit.record(tx, {
          kind: 'create_oauth_api_token',
          namespace: organization,
          performer,
          metadata: {
            application_name: application.name,
            client_id: clientId,
            token_uuid: issued.id,
            token_name: name,
            scopes,
            expires_at: issued.expiresAt.toISOString(),
          },
        })
        return {
          ...issued,
          name,
          scopes,
          lastAccessedAt: null,
          createdBy: actor.username,
          parentId: actor.token?.id ?? null,
          token,
        }
      })
    },

    /** Ends a token of the application, whether a user's or its own. @throws {ServiceError} `not_found` */
    revoke: (organization: Owner, clientId: string, uuid: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const application = await findOwnApplication(tx, organization, clientId)
        const name = await deleteApplicationToken(tx, application.id, uuid)
        if (name === undefined) throw notFound()
        await audit.record(tx, {
          kind: 'revoke_oauth_api_token',
          namespace: organization,
          performer,
          metadata: {
            application_name: application.name,
            client_id: clientId,
            token_uuid: uuid,
            token_name: name,
          },
        })
      }),
  }
}
