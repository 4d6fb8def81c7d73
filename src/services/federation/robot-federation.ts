import { withTransaction } from '../../db/client.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { auditable } from '../../domain/audit-metadata.ts'
import {
  assertFederationConfig,
  type FederationEntry,
  isSameEntry,
} from '../../domain/federation-entry.ts'
import { assertNotFutile } from '../../domain/futile-entries.ts'
import type { Owner } from '../../domain/owner.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import type { NewId } from '../../domain/runtime.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import {
  listFederationEntries,
  postedEntry,
  replaceFederationEntries,
} from '../../queries/federation-entries.ts'
import { findRobotId } from '../../queries/robots.ts'
import { lockRobot } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'

/** Bytes of a configuration that the log keeps whole: one of two hundred entries of usual length. */
const MAX_LOGGED = 65_536

export type FederationService = ReturnType<typeof createFederationService>

/** Which external identities may act as a robot. */
export const createFederationService = (deps: { db: Db; audit: AuditLog; newId: NewId }) => {
  /** An entry that is posted again keeps its id, and so the tokens that came from it. */
  const replace = async (tx: Tx, owner: Owner, name: string, entries: FederationEntry[]) => {
    const robotId = await lockRobot(tx, owner.id, name)
    const stored = robotId === undefined ? [] : await listFederationEntries(tx, robotId)
    const idOf = (entry: FederationEntry) =>
      stored.find((row) => isSameEntry(postedEntry(row), entry))?.id
    // One of before this rule may be posted again: clients send back all that they were shown.
    assertNotFutile(entries.filter((entry) => idOf(entry) === undefined))
    if (robotId === undefined) throw robotNotFound()
    const rows = entries.map((entry) => ({ ...entry, id: idOf(entry) ?? deps.newId() }))
    await replaceFederationEntries(tx, robotId, rows)
  }

  return {
    /** @throws {ServiceError} `robot_not_found` */
    async get(owner: Owner, name: string): Promise<FederationEntry[]> {
      const robotId = await findRobotId(deps.db, owner.id, name)
      if (robotId === undefined) throw robotNotFound()
      return (await listFederationEntries(deps.db, robotId)).map(postedEntry)
    },

    /**
     * Replaces the whole list.
     *
     * @throws {ServiceError} `invalid_request` for a bad list, before the robot is looked for; `robot_not_found`
     */
    async set(owner: Owner, name: string, entries: FederationEntry[], performer: Performer) {
      assertFederationConfig(entries)
      await withTransaction(deps.db, async (tx) => {
        await replace(tx, owner, name, entries)
        await deps.audit.record(tx, {
          kind: 'create_robot_federation',
          namespace: owner,
          performer,
          metadata: {
            config: auditable(entries as object[] as Prisma.InputJsonObject[], MAX_LOGGED),
            robot: name,
          },
        })
      })
      return entries
    },

    /** @throws {ServiceError} `robot_not_found`; clearing an empty list is no error */
    clear: (owner: Owner, name: string, performer: Performer) =>
      withTransaction(deps.db, async (tx) => {
        await replace(tx, owner, name, [])
        await deps.audit.record(tx, {
          kind: 'delete_robot_federation',
          namespace: owner,
          performer,
          metadata: { robot: name },
        })
      }),
  }
}
