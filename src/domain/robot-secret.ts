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
