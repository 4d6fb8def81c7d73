import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Origin, Performer, UserActor } from '../../domain/actor.ts'
import { assertMayLive } from '../../domain/api-token-life.ts'
import { assertHolds } from '../../domain/delegation.ts'
import { modelRefused, notFound, unauthenticated } from '../../domain/errors.ts'
import { assertOneMore, MOST } from '../../domain/fixed-limits.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Page } from '../../domain/page.ts'
import type { Clock } from '../../domain/runtime.ts'
import { parseScopes, SCOPES } from '../../domain/scopes.ts'
import { assertMayEndTokensOf } from '../../domain/superusers.ts'
import {
  countUserTokens,
  deleteExpiredUserTokens,
  deleteUserToken,
  listUserTokens,
  type UserTokenRow,
} from '../../queries/oauth-tokens.ts'
import { lockUser } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { PasswordLogin, ProvenUser } from '../logins/password-login.ts'
import { BY_ID, readPage } from '../paging.ts'
import type { ApiTokenService } from './api-tokens.ts'

interface UserTokenServiceDeps {
  db: Db
  apiTokens: ApiTokenService
  passwordLogin: PasswordLogin
  /** Longest life of a new token (seconds). */
  maxLifetime: number
  audit: AuditLog
  clock: Clock
}

interface NewUserToken {
  name: string
  /** Names of scopes, as sent. */
  scope: string
  /** Seconds; undefined: as long as may be. */
  expiresIn: number | undefined
}

/** The user who makes a token: with one, with a session, or with name and password. */
export type TokenMaker = Origin & ({ actor: UserActor } | { user: ProvenUser })

export type UserTokenService = ReturnType<typeof createUserTokenService>

export type UserToken = UserTokenRow

/** All API tokens that act as a user, whoever made them: made and looked through by the user, ended by a superuser, too. */
export function createUserTokenService(deps: UserTokenServiceDeps) {
  const { db, apiTokens, maxLifetime } = deps

  const end = (user: Owner, id: string, performer: Performer) =>
    withTransaction(db, async (tx) => {
      const name = await deleteUserToken(tx, user.id, id)
      if (name === undefined) throw notFound()
      await deps.audit.record(tx, {
        kind: 'revoke_oauth_api_token',
        namespace: user,
        performer,
        metadata: { token_uuid: id, token_name: name },
      })
    })

  /** Lets nobody else make tokens of the user meanwhile. */
  async function holdMaker(tx: Tx, maker: TokenMaker) {
    if ('actor' in maker) await lockUser(tx, maker.actor.userId)
    else if (!(await deps.passwordLogin.stillHolds(tx, maker.user))) throw unauthenticated()
  }

  /** @throws {ServiceError} `model_refused` for a name, a scope or a life */
  function parse({ name, scope, expiresIn = Number.POSITIVE_INFINITY }: NewUserToken) {
    const scopes = parseScopes(scope.trim())
    if (!scopes) throw modelRefused(`Invalid scope: ${scope}. Scopes are: ${SCOPES.join(' ')}`)
    return { name: name.trim(), scopes, expiresIn }
  }

  return {
    /** The user's tokens that have not expired and have a text in their names, in the order of their creation. */
    list: (user: Owner, text = '', nextPage?: string): Promise<Page<UserToken>> =>
      readPage({ nextPage }, BY_ID, (slice) =>
        listUserTokens(db, user.id, { ...slice, text, now: deps.clock() }),
      ),

    /**
     * Makes a token: with another one, within what that may do, and not for longer; with a session or the password, whatever
     * the user may.
     * Tokens that have expired are deleted to make room.
     *
     * @throws {ServiceError} `model_refused` for a scope or a life, or too many tokens; `insufficient_scope` for scopes
     *   beyond the caller's own; `invalid_token` where what the caller came with has been ended meanwhile, or the password
     *   changed
     */
    async create(
      user: Owner,
      wanted: NewUserToken,
      maker: TokenMaker,
    ): Promise<UserToken & { token: string }> {
      const { name, scopes, expiresIn } = parse(wanted)
      const actor = 'actor' in maker ? maker.actor : undefined
      const parent = actor?.token
      if (actor) assertHolds(actor.scopes, scopes)
      assertMayLive(deps.clock(), { expiresIn, maxLifetime }, parent)

      return withTransaction(db, async (tx) => {
        await holdMaker(tx, maker)
        await deleteExpiredUserTokens(tx, user.id, deps.clock())
        assertOneMore('userTokens', await countUserTokens(tx, user.id, MOST.userTokens))
        const made = { userId: user.id, name, scopes, expiresIn, maker: actor }
        const issued = await apiTokens.issue(tx, made)
        await deps.audit.record(tx, {
          kind: 'create_oauth_api_token',
          namespace: user,
          performer: maker,
          metadata: {
            token_uuid: issued.id,
            token_name: name,
            scopes,
            expires_at: issued.expiresAt.toISOString(),
            made_with: madeWith(maker),
          },
        })
        const nobody = { clientId: null, applicationName: null, organizationName: null }
        return {
          ...issued,
          ...nobody,
          name,
          scopes,
          lastAccessedAt: null,
          parentId: parent?.id ?? null,
        }
      })
    },

    /** Ends a token, and those that were made with it. @throws {ServiceError} `not_found` */
    end,

    /**
     * The same for a superuser, who cannot end tokens of other superusers.
     *
     * @throws {ServiceError} `not_found`, `invalid_request`
     */
    endFor(user: Owner & { superuser: boolean }, id: string, performer: Performer) {
      assertMayEndTokensOf(user, performer)
      return end({ id: user.id, name: user.name }, id, performer)
    },
  }
}

function madeWith(maker: TokenMaker) {
  if ('user' in maker) return 'password'
  return maker.actor.session ? 'session' : 'api_token'
}
