import type { Keyring } from '../../crypto/keyring.ts'
import { makerNameOf, type Performer } from '../../domain/actor.ts'
import { nextNotice } from '../../domain/expiry-notices.ts'
import type { PolicyHolder, PolicyOf } from '../../domain/robot-policy.ts'
import { secretHint } from '../../domain/robot-secret.ts'
import type { Clock, NewId, RandomBytes } from '../../domain/runtime.ts'
import { assertSecretExpiry, newSecretExpiry } from '../../domain/secret-life.ts'
import { generateStaticToken } from '../../domain/static-token.ts'
import type { NewSecret, SecretSeal } from '../../queries/robot-secrets.ts'

export type RobotSecrets = ReturnType<typeof createRobotSecrets>

type Sealed = Omit<SecretSeal, 'digest'>

interface RobotSecretDeps {
  keyring: Keyring
  newId: NewId
  randomBytes: RandomBytes
  clock: Clock
  policyOf: PolicyOf
}

const context = (robotId: string) => `robot:${robotId}:token`

/**
 * Keeps static tokens of robots: sealed and bound to their robot, since Quay's API shows them again, and with a digest to
 * check log-ins against.
 */
export function createRobotSecrets(deps: RobotSecretDeps) {
  const { keyring, newId, randomBytes, clock, policyOf } = deps

  const reveal = (robotId: string, { sealKeyId: keyId, sealed }: Sealed) =>
    keyring.open({ keyId, sealed }, context(robotId)).toString('ascii')

  function seal(robotId: string, token: string): SecretSeal {
    const { keyId, sealed } = keyring.seal(token, context(robotId))
    return { sealKeyId: keyId, sealed, digest: keyring.digest(token).digest }
  }

  const made = (
    robotId: string,
    token: string,
    { performer, ...times }: { performer: Performer } & Pick<NewSecret, 'createdAt' | 'expiresAt'>,
  ): NewSecret => ({
    ...{ id: newId(), ...seal(robotId, token) },
    ...{ ...times, nextNoticeAt: nextNotice(times.expiresAt, times.createdAt) },
    createdBy: makerNameOf(performer),
  })

  return {
    /**
     * A new token for the robot, and the columns that keep it.
     *
     * @param holder whose policy binds it
     * @param expiresIn seconds; undefined: as long as it may live
     * @throws {ServiceError} `invalid_request` where it may not live as long
     */
    issue(
      robotId: string,
      holder: PolicyHolder,
      { performer, expiresIn }: { performer: Performer; expiresIn?: number | undefined },
    ): { token: string; secret: NewSecret } {
      const createdAt = clock()
      const expiresAt = newSecretExpiry(expiresIn, policyOf(holder), createdAt)
      const token = generateStaticToken(randomBytes)
      return { token, secret: made(robotId, token, { performer, createdAt, expiresAt }) }
    },

    /**
     * The columns that keep a token which was made elsewhere.
     *
     * @param holder whose policy binds it
     * @param expiresAt null: it has no end; undefined: as late as may be
     * @throws {ServiceError} `invalid_request` where it may not live as long
     */
    take(
      robotId: string,
      holder: PolicyHolder,
      token: string,
      { performer, expiresAt }: { performer: Performer; expiresAt: Date | null | undefined },
    ): NewSecret {
      const createdAt = clock()
      const policy = policyOf(holder)
      if (expiresAt === undefined) {
        const latest = newSecretExpiry(undefined, policy, createdAt)
        return made(robotId, token, { performer, createdAt, expiresAt: latest })
      }
      const asNew = { createdAt, isNewest: true }
      assertSecretExpiry(expiresAt, asNew, policy, createdAt)
      return made(robotId, token, { performer, createdAt, expiresAt })
    },

    /** What a robot without a token has in its place, for robot tokens to be bound to: one that nobody knows, and expired. */
    placeholder(robotId: string, performer: Performer): NewSecret {
      const createdAt = clock()
      const token = generateStaticToken(randomBytes)
      return made(robotId, token, { performer, createdAt, expiresAt: createdAt })
    },

    /** @throws {UnknownKeyError} where the ring lacks the key */
    reveal,

    /** Whether the text is the secret; false where the ring lacks the key. */
    isSame: (robotId: string, secret: Sealed, text: string) =>
      keyring.has(secret.sealKeyId) &&
      keyring.digestMatches(keyring.digest(text), reveal(robotId, secret)),

    /** The last characters of the secret; null where the ring lacks the key. */
    hint: (robotId: string, secret: Sealed) =>
      keyring.has(secret.sealKeyId) ? secretHint(reveal(robotId, secret)) : null,

    /** The columns that keep the same token under the current key. */
    reseal: (robotId: string, secret: Sealed) => seal(robotId, reveal(robotId, secret)),
  }
}
