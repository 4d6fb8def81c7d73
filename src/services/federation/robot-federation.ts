import { withTransaction } from '../../db/client.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { auditable } from '../../domain/audit-metadata.ts'
import { type PostedEntry, replaceEntries } from '../../domain/entry-versions.ts'
import {
  assertFederationConfig,
  assertLifetime,
  postedEntry,
  type StoredEntry,
} from '../../domain/federation-entry.ts'
import { assertNotFutile } from '../../domain/futile-entries.ts'
import { assertNotOpen } from '../../domain/open-entries.ts'
import type { Owner } from '../../domain/owner.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import type { NewId } from '../../domain/runtime.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import {
  listFederationEntries,
  replaceFederationEntries,
} from '../../queries/federation-entries.ts'
import { findRobotId } from '../../queries/robots.ts'
import { lockRobot } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { IssuerTrust } from './issuer-trust.ts'

/** Largest configuration that the log keeps whole (bytes): two hundred entries of usual length. */
const MAX_LOGGED = 65_536

interface FederationServiceDeps {
  db: Db
  audit: AuditLog
  newId: NewId
  issuerTrust: IssuerTrust
  /** Seconds. */
  robotTokenTtl: number
}

export type FederationService = ReturnType<typeof createFederationService>

/** Which external identities may act as a robot. */
export function createFederationService(deps: FederationServiceDeps) {
  /** Tokens that came from an entry end with it, and with every change of it. */
  async function replace(tx: Tx, owner: Owner, name: string, posted: PostedEntry[]) {
    const robotId = await lockRobot(tx, owner.id, name)
    const stored = robotId === undefined ? [] : await listFederationEntries(tx, robotId)
    const entries = replaceEntries(stored, posted, deps.newId)
    // An entry from before these rules may be posted again: clients send back all that they were shown.
    const changed = entries.filter((entry) => !stored.some((one) => isSameVersion(one, entry)))
    const sources = await deps.issuerTrust.sourcesOf(tx, owner.id, changed)
    assertNotFutile(changed, (index) => sources[index]?.addressRefusal())
    assertNotOpen(changed)
    for (const entry of changed) assertLifetime(entry, deps.robotTokenTtl)
    if (robotId === undefined) throw robotNotFound()
    await replaceFederationEntries(tx, robotId, entries)
    return entries
  }

  return {
    /** @throws {ServiceError} `robot_not_found` */
    async get(owner: Owner, name: string): Promise<StoredEntry[]> {
      const robotId = await findRobotId(deps.db, owner.id, name)
      if (robotId === undefined) throw robotNotFound()
      return listFederationEntries(deps.db, robotId)
    },

    /**
     * Replaces the whole list.
     *
     * @throws {ServiceError} `invalid_request` for a bad list, before the robot is looked for; `robot_not_found`
     */
    async set(owner: Owner, name: string, posted: PostedEntry[], performer: Performer) {
      assertFederationConfig(posted)
      return withTransaction(deps.db, async (tx) => {
        const entries = await replace(tx, owner, name, posted)
        const config = entries.map(postedEntry) as object[] as Prisma.InputJsonObject[]
        await deps.audit.record(tx, {
          kind: 'create_robot_federation',
          namespace: owner,
          performer,
          metadata: { config: auditable(config, MAX_LOGGED), robot: name },
        })
        return entries
      })
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

const isSameVersion = (one: StoredEntry, other: StoredEntry) =>
  one.id === other.id && one.version === other.version
