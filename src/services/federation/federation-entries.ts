import type { Performer } from '../../domain/actor.ts'
import { newEntry, replaceEntry, says } from '../../domain/entry-versions.ts'
import { notFound } from '../../domain/errors.ts'
import {
  entriesTag,
  type FederationEntry,
  postedEntry,
  type StoredEntry,
} from '../../domain/federation-entry.ts'
import { assertMatch, type Change, versionTag } from '../../domain/if-match.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import type { NewId } from '../../domain/runtime.ts'
import type { EntryReview, ReviewedEntry, RobotKey } from './entry-review.ts'
import type { EntryStore } from './entry-store.ts'

interface FederationEntriesDeps {
  entryStore: EntryStore
  entryReview: EntryReview
  newId: NewId
}

interface EntryKey extends RobotKey {
  /** Whatever the caller sent. */
  id: string
}

/** How an entry is to be saved. */
interface Saving extends Change {
  /** Whether it is only to be said what would come of it. */
  dryRun: boolean
}

const KIND = 'create_robot_federation'

export type FederationEntries = ReturnType<typeof createFederationEntries>

/** Which external identities may act as a robot, entry by entry. */
export function createFederationEntries({ entryStore, entryReview, newId }: FederationEntriesDeps) {
  /** What has just been saved: now its issuer is asked, which makes no transaction wait. */
  const saved = async (key: RobotKey, entry: StoredEntry, performer: Performer) =>
    only(await entryReview.review(key, [entry], performer))

  return {
    /** @throws {ServiceError} `robot_not_found` */
    list: async (key: RobotKey): Promise<ReviewedEntry[]> =>
      entryReview.review(key, await entryStore.list(key.owner, key.robot)),

    /** @throws {ServiceError} `robot_not_found`, `not_found` */
    async get({ id, ...key }: EntryKey): Promise<ReviewedEntry> {
      const entry = entryWith(id, await entryStore.list(key.owner, key.robot))
      return only(await entryReview.review(key, [entry]))
    },

    /**
     * Adds an entry behind the others.
     *
     * @throws {ServiceError} `robot_not_found`; `precondition_failed`, of the list; `invalid_request` for a bad entry,
     *   `model_refused` for one too many
     */
    async add(key: RobotKey, entry: FederationEntry, { performer, ifMatch, dryRun }: Saving) {
      const id = newId()
      const entries = await entryStore.change(
        { kind: KIND, ...key, performer, entry: id, dryRun },
        (stored, complete) => {
          if (!stored) throw robotNotFound()
          assertMatch(ifMatch, entriesTag(stored))
          return [...stored, newEntry(id, complete(entry))]
        },
      )
      return saved(key, entryWith(id, entries), performer)
    },

    /**
     * @param edit what becomes of the entry; where that is the same, nothing is changed
     * @throws {ServiceError} `robot_not_found`, `not_found`; `precondition_failed`; `invalid_request` for a bad entry
     */
    async change(
      { id, ...key }: EntryKey,
      edit: (entry: FederationEntry) => FederationEntry,
      { performer, ifMatch, dryRun }: Saving,
    ) {
      const entries = await entryStore.change(
        { kind: KIND, ...key, performer, entry: id, dryRun },
        (stored, complete) => {
          if (!stored) throw robotNotFound()
          const before = entryWith(id, stored)
          assertMatch(ifMatch, versionTag(before))
          const edited = edit(postedEntry(before))
          if (says(before, edited)) return stored
          const after = replaceEntry(before, complete(edited))
          return after === before ? stored : stored.map((one) => (one === before ? after : one))
        },
      )
      return saved(key, entryWith(id, entries), performer)
    },

    /** @throws {ServiceError} `robot_not_found`, `not_found`, `precondition_failed` */
    async remove({ id, ...key }: EntryKey, { performer, ifMatch }: Change) {
      await entryStore.change({ kind: KIND, ...key, performer, entry: id }, (stored) => {
        if (!stored) throw robotNotFound()
        const before = entryWith(id, stored)
        assertMatch(ifMatch, versionTag(before))
        return stored.filter((one) => one !== before)
      })
    },
  }
}

const only = ([entry]: ReviewedEntry[]) => entry as ReviewedEntry

/** @throws {ServiceError} `not_found` */
function entryWith(id: string, entries: StoredEntry[]): StoredEntry {
  const found = entries.find((one) => one.id === id)
  if (!found) throw notFound()
  return found
}
