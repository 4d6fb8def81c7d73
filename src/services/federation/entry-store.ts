import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { auditable, MAX_FEDERATION_CONFIG } from '../../domain/audit-sizes.ts'
import { scopesGained, withApiScopes } from '../../domain/entry-api-scopes.ts'
import { entryChanges } from '../../domain/entry-changes.ts'
import type { Complete } from '../../domain/entry-versions.ts'
import { type AudiencePolicy, withAudiences } from '../../domain/federation-audiences.ts'
import {
  assertFederationConfig,
  postedEntry,
  type StoredEntry,
} from '../../domain/federation-entry.ts'
import { assertNotFutile } from '../../domain/futile-entries.ts'
import { assertFewRecords } from '../../domain/issuer-refs.ts'
import { assertNotOpen } from '../../domain/open-entries.ts'
import type { Owner, RobotOwner } from '../../domain/owner.ts'
import type { PolicyOf } from '../../domain/robot-policy.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import { assertMayGiveScopes } from '../../domain/robot-scopes.ts'
import { assertLifetime } from '../../domain/robot-token-life.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import {
  listFederationEntries,
  replaceFederationEntries,
} from '../../queries/federation-entries.ts'
import { findRobotId } from '../../queries/robots.ts'
import { lockRobot } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { IssuerTrust } from './issuer-trust.ts'

interface EntryStoreDeps {
  db: Db
  audit: AuditLog
  issuerTrust: IssuerTrust
  policy: Pick<AudiencePolicy, 'audience'>
  policyOf: PolicyOf
  /** Seconds that a robot token lives at most. */
  robotTokenTtl: number
}

/** What somebody wants to change of the entries of a robot. */
interface AskedChange {
  kind: 'create_robot_federation' | 'delete_robot_federation'
  owner: RobotOwner
  /** Short name. */
  robot: string
  performer: Performer
  /** Id of the one entry that the change is about; undefined: all of them. */
  entry?: string
  /** Whether nothing is to be stored: what would be refused is refused all the same. */
  dryRun?: boolean
}

/**
 * @param stored undefined: there is no such robot
 * @param complete what becomes of an entry that is new or changed
 * @returns all entries that there shall be; `stored` itself where nothing shall change
 */
type Edit = (stored: StoredEntry[] | undefined, complete: Complete) => StoredEntry[]

export type EntryStore = ReturnType<typeof createEntryStore>

/** Keeps what robots trust, whether that is changed as a list or entry by entry. */
export function createEntryStore(deps: EntryStoreDeps) {
  function completeFor(owner: RobotOwner): Complete {
    const policy = { ...deps.policyOf(owner), audience: deps.policy.audience }
    return (entry) => withAudiences(withApiScopes(entry), policy)
  }

  /** @throws {ServiceError} `insufficient_scope` for scopes of the API beyond the caller's own, and from who is no user */
  function assertMayGive({ actor }: Performer, entries: StoredEntry[], stored: StoredEntry[] = []) {
    if (actor === undefined) return
    assertMayGiveScopes(
      actor,
      entries.flatMap((entry) => scopesGained(entry, stored)),
    )
  }

  /** An entry from before these rules may stay, and be posted again: clients send back all that they were shown. */
  async function assertAcceptable(
    tx: Tx,
    owner: RobotOwner,
    entries: StoredEntry[],
    stored: StoredEntry[] = [],
  ) {
    assertFederationConfig(entries.map(postedEntry))
    const changed = entries.filter((entry) => !stored.some((one) => isSameVersion(one, entry)))
    assertFewRecords(entries, changed)
    const sources = await deps.issuerTrust.sourcesOf(tx, owner, changed)
    assertNotFutile(changed, (index) => sources[index]?.addressRefusal())
    assertNotOpen(changed)
    for (const entry of changed) assertLifetime(entry, deps.robotTokenTtl)
  }

  async function record(
    tx: Tx,
    change: AskedChange,
    { stored = [], entries }: { stored: StoredEntry[] | undefined; entries: StoredEntry[] },
  ) {
    const { kind, owner, robot, performer, entry } = change
    const config = entries.map(postedEntry) as object[] as Prisma.InputJsonObject[]
    const changes = entryChanges(stored, entries) as object[] as Prisma.InputJsonObject[]
    await deps.audit.record(tx, {
      kind,
      namespace: owner,
      performer,
      metadata: {
        ...(kind === 'create_robot_federation' && {
          config: auditable(config, MAX_FEDERATION_CONFIG),
        }),
        robot,
        ...(entry !== undefined && { entry }),
        changes: auditable(changes, MAX_FEDERATION_CONFIG),
      },
    })
  }

  async function changeIn(tx: Tx, change: AskedChange, edit: Edit) {
    const robotId = await lockRobot(tx, change.owner.id, change.robot)
    const stored = robotId === undefined ? undefined : await listFederationEntries(tx, robotId)
    const entries = edit(stored, completeFor(change.owner))
    if (entries === stored) return entries
    await assertAcceptable(tx, change.owner, entries, stored)
    if (robotId === undefined) throw robotNotFound()
    assertMayGive(change.performer, entries, stored)
    if (change.dryRun) return entries
    await replaceFederationEntries(tx, robotId, entries)
    await record(tx, change, { stored, entries })
    return entries
  }

  return {
    /** @throws {ServiceError} `robot_not_found` */
    async list(owner: Owner, robot: string): Promise<StoredEntry[]> {
      const robotId = await findRobotId(deps.db, owner.id, robot)
      if (robotId === undefined) throw robotNotFound()
      return listFederationEntries(deps.db, robotId)
    },

    /**
     * Changes what a robot trusts. Tokens that came from an entry end with it, and with every change of it.
     *
     * @throws {ServiceError} `invalid_request`, `model_refused` for entries that cannot be; `robot_not_found`; what `edit`
     *   throws
     */
    change: (change: AskedChange, edit: Edit) =>
      withTransaction(deps.db, (tx) => changeIn(tx, change, edit)),

    /** The same as a part of a transaction. */
    changeIn,
  }
}

const isSameVersion = (one: StoredEntry, other: StoredEntry) =>
  one.id === other.id && one.version === other.version
