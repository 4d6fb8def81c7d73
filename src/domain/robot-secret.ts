/** A static token of a robot, as far as it matters whether it is good. */
export interface Secret {
  id: string
  /** Null: it has no end. */
  expiresAt: Date | null
}

/** Whether it stands for a secret that the robot does not have: nobody knows it, and it had expired when it was made. */
export const isPlaceholder = ({
  createdAt,
  expiresAt,
}: {
  createdAt: Date
  expiresAt: Date | null
}) => expiresAt !== null && expiresAt <= createdAt

const HINT_LENGTH = 4

/** The last characters of a secret, by which its holders tell which one they have. */
export const secretHint = (secret: string) => secret.slice(-HINT_LENGTH)

/** A robot with its secrets, at most two that have not expired. */
export interface SecretHolder<Held extends Secret = Secret> {
  /** Id of its newest secret. */
  credentialId: string
  secrets: readonly Held[]
}

export const hasExpired = ({ expiresAt }: Pick<Secret, 'expiresAt'>, now: Date) =>
  expiresAt !== null && expiresAt <= now

export const SECRET_STATES = ['active', 'replaced', 'expired'] as const
export type SecretState = (typeof SECRET_STATES)[number]

/** Those that are replaced are good until they expire. */
export function secretState(
  secret: Secret,
  { credentialId }: Pick<SecretHolder, 'credentialId'>,
  now: Date,
): SecretState {
  if (hasExpired(secret, now)) return 'expired'
  return secret.id === credentialId ? 'active' : 'replaced'
}

/** When a secret ends, in seconds since 1970. */
export const secretEnds = ({ expiresAt }: Pick<Secret, 'expiresAt'>) =>
  expiresAt === null ? Number.POSITIVE_INFINITY : Math.floor(expiresAt.getTime() / 1000)

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
