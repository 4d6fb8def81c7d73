import { hasDigest, partsOf } from '../../crypto/robot-api-token.ts'
import type { Db } from '../../db/types.ts'
import type { Actor, Origin, RobotActor } from '../../domain/actor.ts'
import { robotFullName } from '../../domain/names.ts'
import { registryRightsOf } from '../../domain/registry-identity.ts'
import {
  API_TOKEN_MISMATCH,
  API_TOKEN_REFUSED,
  API_TOKEN_SCOPES,
  switchedOff,
} from '../../domain/robot-refusals.ts'
import { readRobotScopes, scopesOfRobot } from '../../domain/robot-scopes.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { Scope } from '../../domain/scopes.ts'
import { touchRobotApiToken } from '../../queries/last-use.ts'
import type { Standing } from '../../queries/memberships.ts'
import { findRobotApiToken, type RobotApiTokenLogin } from '../../queries/robot-api-tokens.ts'
import { noteRobotUse, noteUse } from '../logins/last-use.ts'

interface RobotCallersDeps {
  db: Db
  clock: Clock
  robotsDisallow: boolean
  policy: { robotApiTokens: boolean }
}

/** Who calls and, where it was asked for, the caller's standing in a namespace. */
export interface KnownCaller<Caller extends Actor> {
  actor: Caller
  standing: Standing | undefined
}

interface Used {
  found: RobotApiTokenLogin
  actor: RobotActor
}

export type RobotCallers = ReturnType<typeof createRobotCallers>

/** Finds out which robot calls with an API token of its own. */
export function createRobotCallers({ db, clock, ...deps }: RobotCallersDeps) {
  async function find(token: string, namespace?: string) {
    const parts = deps.policy.robotApiTokens ? partsOf(token) : undefined
    const found = parts && (await findRobotApiToken(db, parts.code, namespace))
    return found && hasDigest(parts, found.digest) && found.tokenExpiresAt > clock()
      ? found
      : undefined
  }

  async function use(token: string, namespace?: string): Promise<Used | { problem: string }> {
    const found = await find(token, namespace)
    if (!found) return { problem: API_TOKEN_REFUSED }
    const scopes = readRobotScopes(found.scopes.join(' '))
    if (!scopes) return { problem: API_TOKEN_SCOPES }
    const name = robotFullName(found.ownerName, found.name)
    const off = switchedOff(name, found, { ...deps, now: clock() })
    if (off) return { problem: off.message }
    const { tokenId } = found
    await noteUse(clock, found.tokenLastAccessedAt, (use) => touchRobotApiToken(db, tokenId, use))
    return { found, actor: actorOf(found, name, scopes) }
  }

  return {
    /**
     * The robot, within the token's scopes, or why it may not call; that it called is noted.
     *
     * @param namespace in which its standing is asked for
     */
    async atApi(
      token: string,
      origin: Origin,
      namespace?: string,
    ): Promise<KnownCaller<RobotActor> | { problem: string }> {
      const check = await use(token, namespace)
      if ('problem' in check) return check
      await noteRobotUse({ db, clock }, check.found, { by: 'api_token' }, origin)
      return { actor: check.actor, standing: check.found.standing }
    },

    /** How far a token that comes as the password of a robot reaches in the registry, or why it is refused. */
    async atRegistry(robotId: string, token: string) {
      const check = await use(token)
      if ('problem' in check) return check
      const { actor } = check
      if (actor.robotId !== robotId) return { problem: API_TOKEN_MISMATCH }
      return {
        by: 'api_token' as const,
        expiresAt: Math.floor(actor.token.expiresAt.getTime() / 1000),
        apiToken: registryRightsOf(actor.scopes),
      }
    },
  }
}

const actorOf = (
  found: RobotApiTokenLogin,
  name: string,
  scopes: readonly Scope[],
): RobotActor => ({
  kind: 'robot',
  robotId: found.id,
  name,
  scopes: scopesOfRobot(scopes),
  token: {
    id: found.tokenId,
    expiresAt: found.tokenExpiresAt,
    from: { name: found.tokenName },
  },
})
