import type { LogEntry } from './log-entry.ts'
import { holderOf } from './log-in-sentences.ts'

type Keys = Readonly<Record<string, unknown>>

/** As the log has it with `details=true`: before and after are the keys that differ. */
interface EntryChange {
  change: 'added' | 'changed' | 'removed'
  issuer: string
  subject: string
  before: Keys
  after: Keys
}

/** What became of a federation entry, in words. */
interface ChangeInWords {
  title: string
  /** `audiences: https://a.example → https://b.example` */
  keys: string[]
}

const TITLES = { added: 'New', changed: 'Changed', removed: 'Gone' }

/** What an entry of the log says of federation entries; empty where it is not about them, or of an older version. */
export function entryChangesOf({ metadata: { changes } }: LogEntry): ChangeInWords[] {
  if (changes === undefined) return []
  if (!Array.isArray(changes)) return [{ title: 'What changed is too long for the log', keys: [] }]
  if (changes.length === 0) return [{ title: 'No entry says anything else than before', keys: [] }]
  return changes.map(inWords)
}

function inWords({ change, issuer, subject, ...keys }: EntryChange): ChangeInWords {
  const identity: Keys = { issuer, subject }
  const holder = holderOf({ of: (name) => String(identity[name]) })
  const [before, after] = [flat(keys.before), flat(keys.after)]
  // The title of what is new or gone says who it is.
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => change === 'changed' || !(name in identity),
  )
  return {
    title: `${TITLES[change]}: ${holder}`,
    keys: names.map((name) => {
      const [was, is] = [textOf(before[name]), textOf(after[name])]
      if (change === 'changed') return `${name}: ${was} → ${is}`
      return `${name}: ${change === 'added' ? is : was}`
    }),
  }
}

/** Each claim by itself. */
const flat = ({ claims, ...keys }: Keys): Keys => ({
  ...keys,
  ...Object.fromEntries(
    Object.entries(claims ?? {}).map(([name, condition]) => [`claims.${name}`, condition]),
  ),
})

function textOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
