import type { Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { newEntry, type PostedEntry, replaceEntries } from '../../domain/entry-versions.ts'
import type { FederationEntry, StoredEntry } from '../../domain/federation-entry.ts'
import type { Owner, RobotOwner } from '../../domain/owner.ts'
import type { NewId } from '../../domain/runtime.ts'
import type { EntryStore } from './entry-store.ts'

interface FederationServiceDeps {
  entryStore: EntryStore
  newId: NewId
}

export type FederationService = ReturnType<typeof createFederationService>

/** Which external identities may act as a robot, as one list. */
export function createFederationService({ entryStore, newId }: FederationServiceDeps) {
  return {
    /** @throws {ServiceError} `robot_not_found` */
    get: (owner: Owner, robot: string): Promise<StoredEntry[]> => entryStore.list(owner, robot),

    /**
     * Replaces the whole list.
     *
     * @throws {ServiceError} `invalid_request` for a bad list, also where there is no such robot; `robot_not_found`
     */
    set: (owner: RobotOwner, robot: string, posted: PostedEntry[], performer: Performer) =>
      entryStore.change(
        { kind: 'create_robot_federation', owner, robot, performer },
        (stored = [], complete) => replaceEntries(stored, posted, { newId, complete }),
      ),

    /** Gives the first entries to a robot that the transaction has made. @throws {ServiceError} as `set` */
    setFirst: (
      tx: Tx,
      owner: RobotOwner,
      robot: string,
      posted: FederationEntry[],
      performer: Performer,
    ) =>
      entryStore.changeIn(
        tx,
        { kind: 'create_robot_federation', owner, robot, performer },
        (_, complete) => posted.map((entry) => newEntry(newId(), complete(entry))),
      ),

    /** @throws {ServiceError} `robot_not_found`; clearing an empty list is no error */
    clear: (owner: RobotOwner, robot: string, performer: Performer) =>
      entryStore.change({ kind: 'delete_robot_federation', owner, robot, performer }, () => []),
  }
}
