import type { Keyring } from '../crypto/keyring.ts'
import { type Db, withTransaction } from '../db/client.ts'
import { listRobotsSealedOtherwise, resealRobot } from '../db/robot-seals.ts'
import type { Performer } from '../domain/actor.ts'
import type { AuditLog } from './audit-log.ts'
import type { RegistryAuthority } from './registry-authority.ts'
import type { RobotSecrets } from './robot-secrets.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Robots whose token is sealed anew in one transaction. */
const BATCH = 200

export interface KeyRotationDeps {
  db: Db
  keyring: Keyring
  secrets: RobotSecrets
  signingKeys: SigningKeys
  registryAuthority: RegistryAuthority
  audit: AuditLog
}

export type KeyRotation = ReturnType<typeof createKeyRotation>

export function createKeyRotation({ db, keyring, secrets, audit, ...deps }: KeyRotationDeps) {
  const resealBatch = () =>
    withTransaction(db, async (tx) => {
      const robots = await listRobotsSealedOtherwise(tx, keyring.currentKeyId, BATCH)
      for (const robot of robots) await resealRobot(tx, robot, secrets.reseal(robot))
      return robots.length
    })

  return {
    /**
     * Makes a new signing key, and seals with the current secret key what an older one sealed, so that
     * SECRET_KEY_PREVIOUS can be dropped.
     *
     * @throws {UnknownKeyError} where the ring lacks a key
     */
    async rotate(performer: Performer) {
      const { kid } = await deps.signingKeys.rotate()
      await deps.registryAuthority.reseal()
      let resealed = 0
      for (let count = await resealBatch(); count > 0; count = await resealBatch())
        resealed += count
      await audit.record(db, {
        kind: 'rotate_signing_key',
        namespace: undefined,
        performer,
        metadata: { kid, resealed },
      })
      return { kid, resealed }
    },
  }
}
