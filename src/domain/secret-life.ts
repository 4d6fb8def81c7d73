import { invalidRequest } from './errors.ts'
import { after, assertFutureExpiry } from './expiry.ts'
import { type RobotPolicy, settingOf } from './robot-policy.ts'
import { LONGEST_GRACE } from './secret-rotation.ts'

/** Seconds that a new secret lives at least. */
export const SHORTEST_SECRET = 60

/** How long secrets of robots live at most (seconds), as their policy says; infinite without one. */
export type SecretLife = Pick<RobotPolicy, 'secretMaxLifetime' | 'own'>

const inDays = (seconds: number) =>
  seconds % 86_400 === 0 ? `${seconds / 86_400} days` : `${seconds} seconds`

const longest = (policy: SecretLife) =>
  `${inDays(policy.secretMaxLifetime)} (${settingOf(policy, 'secretMaxLifetime')})`

/**
 * When a new secret expires; null: never.
 *
 * @param expiresIn seconds, as its maker wants it; undefined: as long as there may be
 * @throws {ServiceError} `invalid_request`
 */
export function newSecretExpiry(expiresIn: number | undefined, policy: SecretLife, now: Date) {
  const { secretMaxLifetime } = policy
  if (expiresIn !== undefined && expiresIn > secretMaxLifetime) {
    throw invalidRequest(`expires_in must be at most ${longest(policy)}`)
  }
  const seconds = expiresIn ?? secretMaxLifetime
  return Number.isFinite(seconds) ? after(now, seconds) : null
}

interface ChangedSecret {
  createdAt: Date
  isNewest: boolean
}

/**
 * Whether a secret may expire then; null: never.
 *
 * @throws {ServiceError} `invalid_request`
 */
export function assertSecretExpiry(
  expiresAt: Date | null,
  { createdAt, isNewest }: ChangedSecret,
  policy: SecretLife,
  now: Date,
) {
  if (expiresAt) assertFutureExpiry(expiresAt, now, 'DELETE the secret to end it')
  if (!isNewest && (!expiresAt || expiresAt > after(now, LONGEST_GRACE))) {
    throw invalidRequest(
      `expires_at must be at most ${inDays(LONGEST_GRACE)} from now: the secret was replaced`,
    )
  }
  const { secretMaxLifetime } = policy
  if (!Number.isFinite(secretMaxLifetime)) return
  if (!expiresAt || expiresAt > after(createdAt, secretMaxLifetime)) {
    const last = after(createdAt, secretMaxLifetime).toISOString()
    throw invalidRequest(
      `expires_at must be ${last} or before: a secret lives at most ${longest(policy)}. Regenerate it for one that lives longer`,
    )
  }
}
