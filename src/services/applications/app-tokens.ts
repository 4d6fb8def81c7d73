import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import type { Performer, UserActor } from '../../domain/actor.ts'
import {
  appTokenEnd,
  capOfAppToken,
  expiringBefore,
  maySeeAppToken,
} from '../../domain/app-token-rules.ts'
import { forbidden, notFound, unauthenticated } from '../../domain/errors.ts'
import { assertOneMore } from '../../domain/fixed-limits.ts'
import type { Owner } from '../../domain/owner.ts'
import { mapPage, type Page } from '../../domain/page.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import {
  type AppTokenRow,
  countAppTokens,
  deleteAppToken,
  deleteExpiredAppTokens,
  findAppToken,
  insertAppToken,
  listAppTokens,
} from '../../queries/app-tokens.ts'
import { holdCredential, lockUser } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Reveals } from '../audit/reveals.ts'
import { BY_ID, readPage } from '../paging.ts'
import type { AppTokenSecrets } from './app-token-secrets.ts'

export type AppToken = Pick<
  AppTokenRow,
  'id' | 'title' | 'createdAt' | 'expiresAt' | 'lastAccessedAt'
>

interface AppTokenServiceDeps {
  db: Db
  audit: AuditLog
  reveals: Reveals
  appTokenSecrets: AppTokenSecrets
  /** Longest life of a new token (seconds). */
  limits: { tokenLifetime: number }
  clock: Clock
  newId: NewId
}

export type AppTokenService = ReturnType<typeof createAppTokenService>

/** App-specific tokens: passwords of a user for registry clients, one for each client. */
export function createAppTokenService({
  db,
  audit,
  appTokenSecrets,
  ...deps
}: AppTokenServiceDeps) {
  const present = ({ id, title, createdAt, expiresAt, lastAccessedAt }: AppTokenRow): AppToken => ({
    id,
    title,
    createdAt,
    expiresAt,
    lastAccessedAt,
  })

  const metadata = (id: string, title: string) => ({
    app_specific_token_title: title,
    app_specific_token: id,
  })

  return {
    /**
     * The user's tokens in the order of their creation.
     *
     * @param expiring only those that end within a week
     */
    async list(
      user: Owner,
      { nextPage, expiring }: { nextPage: string | undefined; expiring: boolean },
    ): Promise<Page<AppToken>> {
      const soon = expiring ? expiringBefore(deps.clock()) : undefined
      const page = await readPage({ nextPage }, BY_ID, (slice) =>
        listAppTokens(db, user.id, { ...slice, endingBefore: soon }),
      )
      return mapPage(page, present)
    },

    /**
     * Shows the token again, to callers who could make one like it.
     *
     * @throws {ServiceError} `not_found`; `insufficient_scope` where it may do more than the caller
     */
    async get(user: Owner, id: string, performer: Performer & { actor: UserActor }) {
      const row = await findAppToken(db, user.id, id)
      if (!row) throw notFound()
      if (!maySeeAppToken(performer.actor, row.repositoryCap)) throw forbidden()
      await deps.reveals.note({
        kind: 'reveal_app_specific_token',
        namespace: user,
        metadata: metadata(id, row.title),
        performer,
      })
      return { ...present(row), code: appTokenSecrets.reveal(row) }
    },

    /**
     * Makes a token that may do in repositories what the caller may, and ends when the caller's own token ends; made with a
     * session it lives as long as tokens may. Tokens that have ended are deleted to make room.
     *
     * @throws {ServiceError} `model_refused` where the user has too many; `invalid_token` where the caller's own has been
     *   ended meanwhile
     */
    create(user: Owner, title: string, performer: Performer & { actor: UserActor }) {
      const id = deps.newId()
      const createdAt = deps.clock()
      const { token, columns } = appTokenSecrets.issue(id)
      return withTransaction(db, async (tx) => {
        await lockUser(tx, user.id)
        await deleteExpiredAppTokens(tx, user.id, deps.clock())
        assertOneMore('appTokens', await countAppTokens(tx, user.id))
        const { token: parent } = performer.actor
        if (!(await holdCredential(tx, performer.actor))) throw unauthenticated()
        const row = await insertAppToken(tx, {
          ...columns,
          id,
          userId: user.id,
          title,
          repositoryCap: capOfAppToken(performer.actor),
          parentId: parent?.id ?? null,
          createdAt,
          expiresAt: appTokenEnd(createdAt, deps.limits.tokenLifetime, parent),
        })
        await audit.record(tx, {
          kind: 'create_app_specific_token',
          namespace: user,
          performer,
          metadata: metadata(id, title),
        })
        return { ...present(row), code: token }
      })
    },

    /** @throws {ServiceError} `not_found` */
    revoke: (user: Owner, id: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const title = await deleteAppToken(tx, user.id, id)
        if (title === undefined) throw notFound()
        await audit.record(tx, {
          kind: 'revoke_app_specific_token',
          namespace: user,
          performer,
          metadata: metadata(id, title),
        })
      }),
  }
}
