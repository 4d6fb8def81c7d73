import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { auditable } from '../../domain/audit-sizes.ts'
import { inOneOrder, within } from '../../domain/changes-at-once.ts'
import { nextNotice } from '../../domain/expiry-notices.ts'
import { assertMatch, type Change, versionTag } from '../../domain/if-match.ts'
import type { Owner } from '../../domain/owner.ts'
import {
  type ChangeableRobot,
  changeRobot,
  changesOf,
  type RobotPatch,
} from '../../domain/robot-change.ts'
import { toLabels } from '../../domain/robot-labels.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import type { Clock } from '../../domain/runtime.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { findRobot, updateRobot } from '../../queries/robots.ts'
import { lockRobot } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'

interface RobotChangesDeps {
  db: Db
  audit: AuditLog
  clock: Clock
}

export type RobotChanges = ReturnType<typeof createRobotChanges>

/** Changes what an owner says of a robot, and whether and until when it may act. Its credentials stay. */
export function createRobotChanges({ db, audit, clock }: RobotChangesDeps) {
  async function change(
    tx: Tx,
    owner: Owner,
    name: string,
    patch: RobotPatch,
    { performer, ifMatch }: Change,
  ) {
    await lockRobot(tx, owner.id, name)
    const row = await findRobot(tx, owner.id, name)
    if (!row) throw robotNotFound()
    assertMatch(ifMatch, versionTag(row))
    const before = changeable(row)
    const now = clock()
    const after = changeRobot(before, patch, now)
    if (after === before) return
    const changes = changesOf(before, after)
    const { expiresAt } = changes
    const notice = expiresAt !== undefined && { nextNoticeAt: nextNotice(expiresAt, now) }
    await updateRobot(tx, row.id, { ...changes, ...notice })
    await audit.record(tx, {
      kind: 'change_robot',
      namespace: owner,
      performer,
      metadata: { robot: name, ...logged(changes) },
    })
  }

  return {
    /** @throws {ServiceError} `robot_not_found`; `precondition_failed`; `invalid_request` for what the robot cannot become */
    change: (owner: Owner, name: string, patch: RobotPatch, how: Change) =>
      withTransaction(db, (tx) => change(tx, owner, name, patch, how)),

    /** All of them, or none. @throws {ServiceError} `invalid_request` with the robot that is refused */
    changeAll: (owner: Owner, names: string[], patch: RobotPatch, performer: Performer) =>
      withTransaction(db, async (tx) => {
        for (const name of inOneOrder(names, String, 'robots')) {
          await within(name, () => change(tx, owner, name, patch, { performer }))
        }
      }),
  }
}

const changeable = (row: ChangeableRobot): ChangeableRobot => ({
  description: row.description,
  unstructuredMetadata: row.unstructuredMetadata,
  enabled: row.enabled,
  disabledReason: row.disabledReason,
  expiresAt: row.expiresAt,
  labels: row.labels,
})

/** What has changed, in the words of the API. */
function logged(changes: Partial<ChangeableRobot>): Prisma.InputJsonObject {
  const { description, unstructuredMetadata, enabled, disabledReason, expiresAt, labels } = changes
  const metadata = unstructuredMetadata as Prisma.InputJsonObject | null | undefined
  return {
    ...(description !== undefined && { description }),
    ...(metadata !== undefined && { unstructured_metadata: auditable(metadata) }),
    ...(enabled !== undefined && { enabled }),
    ...(disabledReason !== undefined && { reason: disabledReason }),
    ...(expiresAt !== undefined && { expires_at: expiresAt?.toISOString() ?? null }),
    ...(labels && { labels: toLabels(labels) }),
  }
}
