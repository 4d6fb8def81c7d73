import type { Owner } from '../api/owner.ts'
import { RelativeTime } from '../parts/relative-time.tsx'
import { EntryChangeList } from './entry-change-list.tsx'
import type { LogEntry } from './log-entry.ts'
import { RobotLink } from './robot-link.tsx'
import { sentenceOf } from './sentences.ts'

interface Props {
  entry: LogEntry
  owner: Owner | undefined
  leadsToRobots: boolean
}

const REFUSALS = ['login_failure', 'issuer_failure']

/** An entry as a sentence; all that it has, as JSON, on demand. */
export function LogItem({ entry, owner, leadsToRobots }: Props) {
  const { kind, datetime, ip } = entry
  return (
    <li className={REFUSALS.includes(kind) ? 'log-refusal' : undefined}>
      <p>{sentenceOf(entry, owner?.name)}</p>
      <EntryChangeList entry={entry} />
      <div className="quiet">
        <RelativeTime time={datetime} />
        {ip && ` from ${ip}`}
        {leadsToRobots && <RobotLink entry={entry} owner={owner} />}
        <details>
          <summary>{kind} as JSON</summary>
          <pre>{JSON.stringify(entry, null, 2)}</pre>
        </details>
      </div>
    </li>
  )
}
