import { entryChangesOf } from './entry-changes.ts'
import type { LogEntry } from './log-entry.ts'

/** What became of each federation entry that an entry of the log is about; nothing where it is about none. */
export function EntryChangeList({ entry }: { entry: LogEntry }) {
  const changes = entryChangesOf(entry)
  if (changes.length === 0) return null
  return (
    <ul className="log-changes" aria-label="What changed">
      {changes.map(({ title, keys }) => (
        <li key={title}>
          {title}
          {keys.length > 0 && (
            <ul>
              {keys.map((key) => (
                <li key={key}>{key}</li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  )
}
