import { auditableText, MAX_LAST_SUBJECT } from '../../domain/audit-sizes.ts'
import type { BasicCredentials } from '../../domain/basic-credentials.ts'
import { identityLoginEnds } from '../../domain/registry-token-life.ts'
import type { PolicyOf } from '../../domain/robot-policy.ts'
import { identityTokenRefused } from '../../domain/robot-refusals.ts'
import { robotTokenLifetime } from '../../domain/robot-token-life.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { CheckedRobot } from '../../queries/robot-logins.ts'
import type { Guess } from '../logins/login-throttle.ts'
import type { FederatedRobot, FederatedRobots, NamedRobot } from './federated-robots.ts'
import { type FederationAdmission, senderFor } from './federation-admission.ts'
import type { IdentityProof, ReadToken } from './identity-proof.ts'
import type { Admission, RobotTokenGrant } from './robot-token-grant.ts'

interface IdentityPasswordsDeps {
  proof: Pick<IdentityProof, 'read'>
  federatedRobots: FederatedRobots
  admission: FederationAdmission
  tokenGrant: RobotTokenGrant
  clock: Clock
  policyOf: PolicyOf
  /** Of robot tokens, which are no identity tokens. */
  issuer: string
  /** Seconds that a robot token lives at most. */
  robotTokenTtl: number
}

export type IdentityPasswords = ReturnType<typeof createIdentityPasswords>

/** Lets a job log in to the registry as a robot with its identity token itself: an exchange without a robot token. */
export function createIdentityPasswords(deps: IdentityPasswordsDeps) {
  const isIdentityToken = (token: ReadToken) =>
    !('problem' in token) && token.issuer !== deps.issuer

  /** The entries of the robot that may admit who logs in so. */
  async function find(robotId: string, fullName: string): Promise<FederatedRobot | undefined> {
    const found = await deps.federatedRobots.find(fullName)
    if (found?.robot.id !== robotId) return undefined
    const entries = found.entries.filter(({ audiences }) => audiences !== undefined)
    return entries.length > 0 ? { robot: found.robot, entries } : undefined
  }

  async function logIn(robot: NamedRobot, admitted: Admission) {
    await deps.tokenGrant.record(robot, admitted, { type: 'v2auth' })
    const { entry, identity } = admitted
    const expiresAt = identityLoginEnds(Math.floor(deps.clock().getTime() / 1000), {
      tokenEnds: Math.floor(identity.expiresAt.getTime() / 1000),
      lifetime: robotTokenLifetime(entry, deps.robotTokenTtl),
    })
    const subject = auditableText(identity.subject, MAX_LAST_SUBJECT)
    return { by: 'federated', expiresAt, reach: entry.registry_scopes, subject } as const
  }

  return {
    /**
     * Judges a password that is an identity token as the exchange does, by the entries that name audiences alone: a token
     * that was made for another service is no password here.
     *
     * @param credentials the full name of the robot, and what came as its password
     * @returns when what it gives ends, in seconds since 1970, the registry scopes that it is bound to, and its subject; what is wrong
     *   where the policy takes no such passwords; undefined for others, and where the robot has no such entry
     * @throws {ServiceError} `exchange_refused`; `rate_limited`; `unavailable` where the provider cannot be asked
     */
    async check(asked: CheckedRobot, credentials: BasicCredentials, guess: Guess) {
      const { username, password } = credentials
      const token = deps.proof.read(password)
      if (!isIdentityToken(token)) return undefined
      const policy = deps.policyOf(asked)
      if (!policy.identityTokenAsPassword) return { problem: identityTokenRefused(policy) }
      const found = await find(asked.id, username)
      if (!found) return undefined
      const { robot, entries } = found
      const sender = senderFor(username, guess)
      const attempt = { token, entries, type: 'v2auth', sender } as const
      return deps.admission.counted(sender, () =>
        deps.admission.admit(robot, attempt, (admitted) => logIn(robot, admitted)),
      )
    },
  }
}
