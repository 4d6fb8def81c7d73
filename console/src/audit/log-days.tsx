import type { Owner } from '../api/owner.ts'
import { byDay } from './days.ts'
import type { LogEntry } from './log-entry.ts'
import { LogItem } from './log-item.tsx'

interface Props {
  entries: readonly LogEntry[]
  /** Whose log it is; left out for that of the installation. */
  owner?: Owner | undefined
  /** Whether each entry leads to its robot. */
  leadsToRobots?: boolean
}

const days = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeZone: 'UTC' })

/** Entries in sentences, by day. */
export const LogDays = ({ entries, owner, leadsToRobots = false }: Props) => (
  <div className="stack">
    {byDay(entries).map(({ day, entries: ofDay }) => (
      <section key={day} aria-label={day}>
        <h2>{days.format(new Date(day))}</h2>
        <ul className="log">
          {ofDay.map((entry, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no names, and their order is that of time
            <LogItem key={`${entry.datetime} ${at}`} {...{ entry, owner, leadsToRobots }} />
          ))}
        </ul>
      </section>
    ))}
  </div>
)
