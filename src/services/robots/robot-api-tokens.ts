import { generateRobotApiToken } from '../../crypto/robot-api-token.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import type { Performer, UserActor } from '../../domain/actor.ts'
import { modelRefused, notFound } from '../../domain/errors.ts'
import { robotFullName } from '../../domain/names.ts'
import type { Owner } from '../../domain/owner.ts'
import { PAGE_SIZE, type Page } from '../../domain/page.ts'
import { EXPIRED_KEPT, robotApiTokenLife } from '../../domain/robot-api-token-life.ts'
import { assertMayGiveScopes, parseRobotScopes, scopesToGive } from '../../domain/robot-scopes.ts'
import type { Clock, NewId, RandomBytes } from '../../domain/runtime.ts'
import type { Scope } from '../../domain/scopes.ts'
import {
  countLiveRobotApiTokens,
  deleteRobotApiToken,
  insertRobotApiToken,
  listRobotApiTokens,
  type RobotApiTokenRow,
  thinOutRobotApiTokens,
} from '../../queries/robot-api-tokens.ts'
import { findRobotId } from '../../queries/robots.ts'
import { lockRobot } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { BY_ID, readPage } from '../paging.ts'

export type RobotApiToken = RobotApiTokenRow

interface NewRobotApiToken {
  name: string
  /** Names of scopes, as sent. */
  scope: string
  /** Seconds; undefined: the usual time. */
  expiration: number | undefined
}

interface RobotApiTokensDeps {
  db: Db
  audit: AuditLog
  clock: Clock
  newId: NewId
  randomBytes: RandomBytes
  limits: { robotApiTokens: number }
}

export type RobotApiTokens = ReturnType<typeof createRobotApiTokens>

/** API tokens of robots: made, listed and ended by whoever administers the robot's owner. */
export function createRobotApiTokens(deps: RobotApiTokensDeps) {
  const { db, audit, clock } = deps

  /** @throws {ServiceError} `not_found` */
  async function idOf(owner: Owner, name: string) {
    const id = await findRobotId(db, owner.id, name)
    if (id === undefined) throw notFound()
    return id
  }

  /** @throws {ServiceError} `model_refused` */
  function parse({ name, scope, expiration }: NewRobotApiToken) {
    const trimmed = name.trim()
    if (trimmed === '') throw modelRefused("'name' cannot be empty")
    return {
      name: trimmed,
      life: robotApiTokenLife(expiration),
      scopes: parseRobotScopes(scope),
    }
  }

  return {
    /** The scopes that the caller may give the robot's tokens. @throws {ServiceError} `not_found` */
    async mintableScopes(owner: Owner, robot: string, actor: UserActor): Promise<Scope[]> {
      await idOf(owner, robot)
      return scopesToGive(actor)
    },

    /** Newest first, some that have expired as well. @throws {ServiceError} `not_found` */
    async list(
      owner: Owner,
      robot: string,
      nextPage: string | undefined,
    ): Promise<Page<RobotApiToken>> {
      const id = await idOf(owner, robot)
      return readPage({ limit: PAGE_SIZE.robotApiTokens, nextPage }, BY_ID, (slice) =>
        listRobotApiTokens(db, id, slice),
      )
    },

    /**
     * Makes a token that acts as the robot, for a user whose token includes its scopes. Its text is kept nowhere.
     *
     * @throws {ServiceError} `not_found`; `model_refused` for name, life or scopes, or too many tokens; `insufficient_scope`
     */
    create: (
      owner: Owner,
      robot: string,
      wanted: NewRobotApiToken,
      performer: Performer & { actor: UserActor },
    ): Promise<RobotApiToken & { token: string }> =>
      withTransaction(db, async (tx) => {
        const robotId = await lockRobot(tx, owner.id, robot)
        if (robotId === undefined) throw notFound()
        const { name, life, scopes } = parse(wanted)
        const { actor } = performer
        assertMayGiveScopes(actor, scopes)

        const createdAt = clock()
        await thinOutRobotApiTokens(tx, robotId, { now: createdAt, keep: EXPIRED_KEPT })
        assertOneMore(await countLiveRobotApiTokens(tx, robotId, createdAt))
        const { token, parts } = generateRobotApiToken(deps.randomBytes)
        const made = {
          id: deps.newId(),
          name,
          scopes,
          createdAt,
          expiresAt: new Date(createdAt.getTime() + life * 1000),
          lastAccessedAt: null,
        }
        await insertRobotApiToken(tx, {
          ...made,
          ...parts,
          robotId,
          creatorId: actor.userId,
        })
        await audit.record(tx, {
          kind: 'create_robot_api_token',
          namespace: owner,
          performer,
          metadata: {
            robot: robotFullName(owner.name, robot),
            api_token_uuid: made.id,
            scope: scopes.join(' '),
            token_display_name: name,
            expiration: life,
          },
        })
        return { ...made, createdBy: actor.username, token }
      }),

    /** Ends a token of the robot. @throws {ServiceError} `not_found` */
    async revoke(owner: Owner, robot: string, id: string, performer: Performer) {
      const robotId = await idOf(owner, robot)
      await withTransaction(db, async (tx) => {
        if (!(await deleteRobotApiToken(tx, robotId, id))) throw notFound()
        await audit.record(tx, {
          kind: 'revoke_robot_api_token',
          namespace: owner,
          performer,
          metadata: { robot: robotFullName(owner.name, robot), api_token_uuid: id },
        })
      })
    },
  }

  /** @throws {ServiceError} `model_refused` */
  function assertOneMore(count: number) {
    const most = deps.limits.robotApiTokens
    if (count < most) return
    throw modelRefused(`Token limit reached: maximum ${most} non-expired tokens per robot`)
  }
}
