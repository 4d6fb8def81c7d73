import { digestOAuthToken, generateOAuthToken, isOAuthToken } from '../../crypto/oauth-token.ts'
import { looksLikeRobotApiToken } from '../../crypto/robot-api-token.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, DbOrTx, Tx } from '../../db/types.ts'
import type { Performer, TokenActor, UserActor } from '../../domain/actor.ts'
import { apiTokenEnd } from '../../domain/api-token-life.ts'
import { TOKEN_UNKNOWN, tokenProblem } from '../../domain/api-token-validity.ts'
import { unauthenticated } from '../../domain/errors.ts'
import type { Clock, NewId, RandomBytes } from '../../domain/runtime.ts'
import type { Scope } from '../../domain/scopes.ts'
import { touchToken } from '../../queries/last-use.ts'
import {
  deleteToken,
  findToken,
  findTokenHolder,
  insertToken,
  type TokenRow,
} from '../../queries/oauth-tokens.ts'
import { holdCredential } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { noteUse } from '../logins/last-use.ts'
import type { Guess, LoginThrottle } from '../logins/login-throttle.ts'
import type { FederatedCallers } from '../robots/federated-callers.ts'
import type { KnownCaller, RobotCallers } from '../robots/robot-callers.ts'

/** `ofRobot`: the token can only be meant as a robot's. */
export type TokenCheck = KnownCaller<TokenActor> | { problem: string; ofRobot?: true }

/** A token to be made: for a user, for an application itself, or for a user by an application. */
interface NewToken {
  userId?: string
  applicationId?: string
  name: string
  scopes: Scope[]
  /** Seconds. */
  expiresIn: number
  /** Who makes it; undefined where a password, a command or a client secret does. */
  maker?: UserActor | undefined
}

export type ApiTokenService = ReturnType<typeof createApiTokenService>

interface ApiTokenDeps {
  db: Db
  /** Longest life of a new token (seconds). */
  maxLifetime: number
  audit: AuditLog
  throttle: LoginThrottle
  robotCallers: RobotCallers
  federatedCallers: FederatedCallers
  clock: Clock
  newId: NewId
  randomBytes: RandomBytes
}

/** Bearer tokens of the API. */
export function createApiTokenService(deps: ApiTokenDeps) {
  const { db, audit, throttle, clock, newId, randomBytes } = deps

  /**
   * Makes a token within the caller's transaction. Its text is returned and kept nowhere. It lives no longer than the
   * configuration allows, and no longer than the token that makes it.
   *
   * @throws {ServiceError} `invalid_token` where the token, or the session, that makes it has been ended meanwhile
   */
  async function issue(tx: Tx, { expiresIn, maker, ...wanted }: NewToken) {
    if (maker && !(await holdCredential(tx, maker))) throw unauthenticated()
    const parent = maker?.token
    const token = generateOAuthToken(randomBytes)
    const createdAt = clock()
    const { maxLifetime } = deps
    const expiresAt = apiTokenEnd(createdAt, { expiresIn, maxLifetime }, parent)
    const id = newId()
    await insertToken(tx, {
      ...wanted,
      id,
      parentId: parent?.id ?? null,
      digest: digestOAuthToken(token),
      createdAt,
      expiresAt,
    })
    return { id, token, createdAt, expiresAt }
  }

  function refuse(problem: string, guess: Guess) {
    throttle.wrongToken('API tokens', guess)
    return { problem }
  }

  return {
    /**
     * Finds out who holds the token, and notes its use.
     *
     * @param namespace in which the holder's standing is asked for, with the same statement
     * @throws {ServiceError} `rate_limited` for a wrong token, after too many of them
     */
    async check(token: string, guess: Guess, namespace?: string): Promise<TokenCheck> {
      const robot = looksLikeRobotApiToken(token)
        ? await deps.robotCallers.atApi(token, guess.origin, namespace)
        : await deps.federatedCallers.atApi(token, guess.origin, namespace)
      if (robot && 'actor' in robot) return robot
      if (robot) return { ...refuse(robot.problem, guess), ofRobot: true }
      const row = await find(db, token, namespace)
      if (!row) return refuse(TOKEN_UNKNOWN, guess)
      const problem = tokenProblem(row, clock())
      if (problem) return refuse(problem, guess)
      await noteUse(clock, row.lastAccessedAt, (use) => touchToken(db, row.id, use))
      return { actor: actorOf(row), standing: row.standing }
    },

    issue,

    /** What is known of a token. Does not count as a use of it. */
    async inspect(token: string) {
      const row = await find(db, token)
      return row && { ...row, live: tokenProblem(row, clock()) === undefined }
    },

    /** Makes a token for a user, for the command line; written to the installation's log. */
    create: (
      user: { id: string; name: string },
      { name, scope, expiresIn }: { name: string; scope: Scope[]; expiresIn: number },
      performer: Performer,
    ) =>
      withTransaction(db, async (tx) => {
        const { id, token } = await issue(tx, { userId: user.id, name, scopes: scope, expiresIn })
        await audit.record(tx, {
          kind: 'create_oauth_api_token',
          namespace: undefined,
          performer,
          metadata: { namespace: user.name, oauth_token_id: id, name, scopes: scope },
        })
        return token
      }),

    /** Ends a token, for the command line. @returns whether there was such a token */
    revoke: (which: { token: string } | { id: string }, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const id = 'id' in which ? which.id : (await find(tx, which.token))?.id
        const found = id === undefined ? undefined : await findTokenHolder(tx, id)
        if (!found || !(await deleteToken(tx, found.id))) return false
        await audit.record(tx, {
          kind: 'revoke_oauth_api_token',
          namespace: undefined,
          performer,
          metadata: { namespace: found.holderName, oauth_token_id: found.id },
        })
        return true
      }),
  }
}

const find = async (db: DbOrTx, token: string, namespace?: string) =>
  isOAuthToken(token) ? findToken(db, digestOAuthToken(token), namespace) : undefined

function actorOf({ id, scopes, expiresAt, user, application }: TokenRow): TokenActor {
  const holder = {
    scopes: new Set(scopes),
    token: {
      id,
      expiresAt,
      application: application && { clientId: application.clientId, name: application.name },
    },
  }
  if (user) {
    const { id: userId, name: username, superuser } = user
    return { kind: 'user', userId, username, superuser, ...holder }
  }
  if (!application) throw new Error(`token ${id} belongs to nobody`)
  const { id: applicationId, name, organizationId } = application
  return { kind: 'application', applicationId, name, organizationId, ...holder }
}
