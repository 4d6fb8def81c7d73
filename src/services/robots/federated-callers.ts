import type { Db } from '../../db/types.ts'
import type { Origin, RobotActor } from '../../domain/actor.ts'
import { robotFullName } from '../../domain/names.ts'
import { API_TOKEN_REFUSED, NOT_FOR_API } from '../../domain/robot-refusals.ts'
import { readRobotScopes, scopesOfRobot } from '../../domain/robot-scopes.ts'
import type { Clock } from '../../domain/runtime.ts'
import { findRobotCaller } from '../../queries/robot-token-logins.ts'
import { noteRobotUse } from '../logins/last-use.ts'
import type { RobotAuthentication } from './robot-authentication.ts'
import type { KnownCaller } from './robot-callers.ts'
import { looksLikeRobotToken, type RobotTokens } from './robot-tokens.ts'

interface FederatedCallersDeps {
  db: Db
  clock: Clock
  robotTokens: RobotTokens
  robotAuthentication: RobotAuthentication
  policy: { robotApiTokens: boolean }
}

export type FederatedCallers = ReturnType<typeof createFederatedCallers>

/** Finds out which robot calls the API with a token that a job was given for its identity token. */
export const createFederatedCallers = ({ db, clock, ...deps }: FederatedCallersDeps) => ({
  /**
   * @param namespace in which the robot's standing is asked for
   * @returns the robot, or why it may not call; undefined for what is no token that this service has signed
   */
  async atApi(
    token: string,
    origin: Origin,
    namespace?: string,
  ): Promise<KnownCaller<RobotActor> | { problem: string } | undefined> {
    const claims = looksLikeRobotToken(token) ? await deps.robotTokens.verify(token) : undefined
    if (!claims) return undefined
    if (!deps.policy.robotApiTokens) return { problem: API_TOKEN_REFUSED }
    const scopes = readRobotScopes(claims.api_scopes ?? '')
    if (!scopes) return { problem: NOT_FOR_API }
    const found = await findRobotCaller(db, deps.robotTokens.boundTo(claims), namespace)
    if (!found) return { problem: API_TOKEN_REFUSED }
    const name = robotFullName(found.ownerName, found.name)
    const check = await deps.robotAuthentication.checkVerified(found, name, claims)
    if ('problem' in check) return check
    await noteRobotUse({ db, clock }, found, check, origin)
    return {
      standing: found.standing,
      actor: {
        kind: 'robot',
        robotId: found.id,
        name,
        scopes: scopesOfRobot(scopes),
        token: {
          id: claims.federation_id,
          expiresAt: new Date((check.expiresAt ?? claims.exp) * 1000),
          from: { entryVersion: claims.federation_version },
        },
      },
    }
  },
})
