import type { Keyring } from '../crypto/keyring.ts'
import { listAppTokensSealedOtherwise, resealAppToken } from '../db/app-tokens.ts'
import { listApplicationsSealedOtherwise, updateApplication } from '../db/applications.ts'
import { type Db, type Tx, withTransaction } from '../db/client.ts'
import { listRobotsSealedOtherwise, resealRobot } from '../db/robot-seals.ts'
import type { Performer } from '../domain/actor.ts'
import type { AppTokenSecrets } from './app-token-secrets.ts'
import type { AuditLog } from './audit-log.ts'
import type { ClientSecrets } from './client-secrets.ts'
import type { RegistryAuthority } from './registry-authority.ts'
import type { RobotSecrets } from './robot-secrets.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Rows that are sealed anew in one transaction. */
const BATCH = 200

export interface KeyRotationDeps {
  db: Db
  keyring: Keyring
  secrets: RobotSecrets
  clientSecrets: ClientSecrets
  appTokenSecrets: AppTokenSecrets
  signingKeys: SigningKeys
  registryAuthority: RegistryAuthority
  audit: AuditLog
}

export type KeyRotation = ReturnType<typeof createKeyRotation>

export function createKeyRotation({ db, keyring, audit, ...deps }: KeyRotationDeps) {
  const { secrets, clientSecrets, appTokenSecrets } = deps

  /** Seals the rows of one table anew, as many at a time as one transaction takes. */
  const resealer =
    <Row>(
      list: (tx: Tx, keyId: string, limit: number) => Promise<Row[]>,
      reseal: (tx: Tx, row: Row) => Promise<unknown>,
    ) =>
    () =>
      withTransaction(db, async (tx) => {
        const rows = await list(tx, keyring.currentKeyId, BATCH)
        for (const row of rows) await reseal(tx, row)
        return rows.length
      })

  const resealers = [
    resealer(listRobotsSealedOtherwise, (tx, robot) =>
      resealRobot(tx, robot, secrets.reseal(robot)),
    ),
    resealer(listApplicationsSealedOtherwise, (tx, application) =>
      updateApplication(tx, application.id, clientSecrets.reseal(application)),
    ),
    resealer(listAppTokensSealedOtherwise, (tx, token) =>
      resealAppToken(tx, token.id, appTokenSecrets.reseal(token)),
    ),
  ]

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
      for (const reseal of resealers) {
        for (let count = await reseal(); count > 0; count = await reseal()) resealed += count
      }
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
