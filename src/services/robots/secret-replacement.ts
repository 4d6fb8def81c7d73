import { createBatches } from '../../db/batches.ts'
import type { Db } from '../../db/types.ts'
import type { Owner } from '../../domain/owner.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import type { Secret, SecretHolder } from '../../domain/robot-secret.ts'
import type { AuditEntryRow } from '../../queries/audit-entries.ts'
import { findSecrets, type NewSecret, type SecretRow } from '../../queries/robot-secrets.ts'
import type { ShownRobot } from '../../queries/robots.ts'
import { rotateSecrets, type SecretRotation } from '../../queries/secret-rotation.ts'

type Held = SecretHolder<SecretRow> & { id: string }

/** A secret for a robot, which of those that it has remains, and what the log says of that. */
interface Replacement {
  secret: NewSecret
  kept: Secret | undefined
  entry: AuditEntryRow
}

export type SecretReplacement = ReturnType<typeof createSecretReplacement>

export function createSecretReplacement({ db }: { db: Db }) {
  const batches = createBatches({
    write: (rotations: (SecretRotation & { ownerId: string })[]) => rotateSecrets(db, rotations),
    laneOf: ({ ownerId }) => ownerId,
  })

  /**
   * Gives a robot another secret, which is its newest one then, without a lock: what was decided by what the robot had is
   * decided anew where another call has been faster, and replaces what that one made.
   *
   * @throws {ServiceError} `robot_not_found`, and what `decide` throws
   */
  return async function replaceSecret<Decided extends Replacement>(
    owner: Owner,
    name: string,
    decide: (robot: Held) => Decided,
  ): Promise<{ decided: Decided; row: ShownRobot }> {
    for (;;) {
      const robot = await findSecrets(db, owner.id, name)
      if (!robot) throw robotNotFound()
      const decided = decide(robot)
      const { secret, kept, entry } = decided
      const row = await batches.write({ ownerId: owner.id, robot, secret, kept, entry })
      if (row) return { decided, row }
    }
  }
}
