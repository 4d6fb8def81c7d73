import { invalidRequest } from './errors.ts'
import type { FederationEntry } from './federation-entry.ts'
import { hasExpired, type SecretHolder, secretEnds } from './robot-secret.ts'

/** Seconds that a robot token lives: what an operator may choose, and what holds without a choice. */
export const ROBOT_TOKEN_SECONDS = { least: 60, most: 86_400, usual: 3_600 }

type GivenLife = Pick<FederationEntry, 'expires_in'>

/**
 * @param robotTokenTtl seconds that a robot token lives at most
 * @throws {ServiceError} `invalid_request`
 */
export function assertLifetime({ expires_in: seconds = 0 }: GivenLife, robotTokenTtl: number) {
  if (seconds <= robotTokenTtl) return
  throw invalidRequest(
    `expires_in must be at most ${robotTokenTtl} (ROBOT_TOKEN_TTL), and is ${seconds}`,
  )
}

/** Ends a credential with its robot, if not before (seconds since 1970). */
export const endWithRobot = (credentialEnds: number, robotEnds: Date | null) =>
  robotEnds === null
    ? credentialEnds
    : Math.min(credentialEnds, Math.floor(robotEnds.getTime() / 1000))

/** Seconds that what an entry gives lives. @param robotTokenTtl seconds that a robot token lives at most */
export const robotTokenLifetime = ({ expires_in }: GivenLife, robotTokenTtl: number) =>
  Math.min(expires_in ?? robotTokenTtl, robotTokenTtl)

/**
 * Until when robot tokens are good that are bound to a secret, in seconds since 1970: those of the newest as long as that is
 * there, expired or not, as it was not used to get them; those of one that it replaces until that ends. Undefined: no longer.
 *
 * @param id of the secret
 */
export function boundUntil(id: string, robot: SecretHolder, now: Date) {
  if (id === robot.credentialId) return Number.POSITIVE_INFINITY
  const secret = robot.secrets.find((one) => one.id === id)
  return secret && !hasExpired(secret, now) ? secretEnds(secret) : undefined
}
