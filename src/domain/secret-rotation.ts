import { invalidRequest } from './errors.ts'
import { after } from './expiry.ts'
import { hasExpired, type Secret, type SecretHolder } from './robot-secret.ts'

/** Seconds that a secret is good at most after it was replaced: 30 days. */
export const LONGEST_GRACE = 30 * 86_400

/**
 * What remains of the secrets of a robot when it gets another: the one that is good, with the time at which it ends;
 * undefined without grace, when all end at once.
 *
 * @param grace seconds
 * @throws {ServiceError} `invalid_request` where the robot would have three
 */
export function keptSecret(robot: SecretHolder, grace: number, now: Date): Secret | undefined {
  if (grace === 0) return undefined
  const kept = oneGood(robot, now, ', or regenerate without grace, which ends both')
  return kept && { id: kept.id, expiresAt: earlier(kept.expiresAt, after(now, grace)) }
}

/**
 * What remains of the secrets of a robot, as it is, when the robot brings one along: the one that is good.
 *
 * @throws {ServiceError} `invalid_request` where the robot would have three
 */
export const secretBeside = (robot: SecretHolder, now: Date): Secret | undefined =>
  oneGood(robot, now)

/** @param otherwise what can be done besides where two are good */
function oneGood(robot: SecretHolder, now: Date, otherwise = ''): Secret | undefined {
  const good = robot.secrets.filter((one) => !hasExpired(one, now))
  const older = good.find((one) => one.id !== robot.credentialId)
  if (good.length < 2 || !older) return good[0]
  const { id, expiresAt } = older
  throw invalidRequest(
    `The robot has two secrets, which is the most: the older one, ${id}, is good until ` +
      `${expiresAt?.toISOString() ?? 'it is ended'}. End it (DELETE \u2026/secrets/${id}) and try again${otherwise}`,
  )
}

const earlier = (one: Date | null, other: Date) => (one && one < other ? one : other)

/**
 * The newest secret of a robot once one of its secrets has ended.
 *
 * @param id of the secret that ends
 * @throws {ServiceError} `invalid_request` where it would have none that is good
 */
export function newestWithout(id: string, robot: SecretHolder, now: Date): string {
  const other = robot.secrets.find((one) => one.id !== id && !hasExpired(one, now))
  const isOver = robot.secrets.some((one) => one.id === id && hasExpired(one, now))
  if (id !== robot.credentialId && (other || isOver)) return robot.credentialId
  if (other) return other.id
  throw invalidRequest(
    'No secret of the robot that is good would be left: regenerate it, which ends all and makes another, or switch the robot ' +
      'off (PATCH with "enabled": false)',
  )
}
