import type { Keyring } from '../../crypto/keyring.ts'
import type { NewId, RandomBytes } from '../../domain/runtime.ts'
import { generateStaticToken } from '../../domain/static-token.ts'

export type RobotSecrets = ReturnType<typeof createRobotSecrets>

interface Stored {
  id: string
  tokenKeyId: string
  tokenSealed: Uint8Array<ArrayBuffer>
}

const context = (robotId: string) => `robot:${robotId}:token`

/**
 * Keeps static tokens of robots: sealed and bound to their row, since Quay's API shows them again, and with a digest to
 * check log-ins against.
 */
export function createRobotSecrets(deps: {
  keyring: Keyring
  newId: NewId
  randomBytes: RandomBytes
}) {
  const reveal = (robot: Stored) =>
    deps.keyring
      .open({ keyId: robot.tokenKeyId, sealed: robot.tokenSealed }, context(robot.id))
      .toString('ascii')

  return {
    /** A new token for the robot and the columns that keep it. */
    issue(robotId: string) {
      const token = generateStaticToken(deps.randomBytes)
      const credential = { credentialId: deps.newId(), ...seal(deps.keyring, robotId, token) }
      return { token, credential }
    },

    /** @throws {UnknownKeyError} where the ring lacks the key */
    reveal,

    /** The columns that keep the same token under the current key. */
    reseal: (robot: Stored) => seal(deps.keyring, robot.id, reveal(robot)),
  }
}

function seal(keyring: Keyring, robotId: string, token: string) {
  const { keyId, sealed } = keyring.seal(token, context(robotId))
  return {
    tokenKeyId: keyId,
    tokenSealed: sealed,
    tokenDigest: keyring.digest(token).digest,
  }
}
