import { withTransaction } from '../../db/client.ts'
import type { Db } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { invalidRequest, notFound } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Page } from '../../domain/page.ts'
import type { Clock } from '../../domain/runtime.ts'
import { deleteUserToken, listUserTokens, type UserTokenRow } from '../../queries/oauth-tokens.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { BY_ID, readPage } from '../paging.ts'

export type UserTokenService = ReturnType<typeof createUserTokenService>

export type UserToken = UserTokenRow

/** All API tokens that act as a user, whoever made them: looked through and ended by the user, or by a superuser. */
export function createUserTokenService(deps: { db: Db; audit: AuditLog; clock: Clock }) {
  const end = (user: Owner, id: string, performer: Performer) =>
    withTransaction(deps.db, async (tx) => {
      const name = await deleteUserToken(tx, user.id, id)
      if (name === undefined) throw notFound()
      await deps.audit.record(tx, {
        kind: 'revoke_oauth_api_token',
        namespace: user,
        performer,
        metadata: { token_uuid: id, token_name: name },
      })
    })

  return {
    /** The user's tokens that have not expired, in the order of their creation. */
    list: (user: Owner, nextPage: string | undefined): Promise<Page<UserToken>> =>
      readPage({ nextPage }, BY_ID, (slice) =>
        listUserTokens(deps.db, user.id, { ...slice, now: deps.clock() }),
      ),

    /** Ends a token, and those that were made with it. @throws {ServiceError} `not_found` */
    end,

    /**
     * The same for a superuser, who cannot end tokens of other superusers.
     *
     * @throws {ServiceError} `not_found`, `invalid_request`
     */
    endFor(user: Owner & { superuser: boolean }, id: string, performer: Performer) {
      const isOwn = performer.actor?.kind === 'user' && performer.actor.userId === user.id
      if (user.superuser && !isOwn) throw invalidRequest('Cannot end a token of another superuser')
      return end({ id: user.id, name: user.name }, id, performer)
    },
  }
}
