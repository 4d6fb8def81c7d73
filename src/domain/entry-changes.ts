import { canonicalJson } from './canonical-json.ts'
import { type FederationEntry, postedEntry, type StoredEntry } from './federation-entry.ts'

type Keys = Partial<FederationEntry>

/** What became of one federation entry. */
export interface EntryChange {
  /** Its id. */
  entry: string
  change: 'added' | 'changed' | 'removed'
  /** As it is now, or was when it went. */
  issuer: string
  subject: string
  /** The keys that differ, as they were; of an entry that is new, nothing. */
  before: Keys
  /** The keys that differ, as they are; of an entry that is gone, nothing. */
  after: Keys
}

/** What differs between two lists of entries of a robot, by their ids; of an entry that says the same as before, nothing. */
export function entryChanges(
  before: readonly StoredEntry[],
  after: readonly StoredEntry[],
): EntryChange[] {
  const byId = (entries: readonly StoredEntry[]) => new Map(entries.map((one) => [one.id, one]))
  const [were, are] = [byId(before), byId(after)]
  return [...new Map([...are, ...were]).keys()].flatMap((id) => changeOf(were.get(id), are.get(id)))
}

function changeOf(before: StoredEntry | undefined, after: StoredEntry | undefined): EntryChange[] {
  const known = after ?? before
  if (!known) return []
  const { id: entry, issuer, subject } = known
  const [was, is] = [keysOf(before), keysOf(after)]
  const keys = (Object.keys({ ...was, ...is }) as (keyof Keys)[]).filter(
    (key) => canonicalJson([was[key]]) !== canonicalJson([is[key]]),
  )
  if (keys.length === 0) return []
  const change = before && after ? 'changed' : after ? 'added' : 'removed'
  return [{ entry, change, issuer, subject, before: pick(was, keys), after: pick(is, keys) }]
}

const keysOf = (entry: StoredEntry | undefined): Keys => (entry ? postedEntry(entry) : {})

const pick = (entry: Keys, keys: (keyof Keys)[]): Keys =>
  Object.fromEntries(keys.filter((key) => key in entry).map((key) => [key, entry[key]]))
