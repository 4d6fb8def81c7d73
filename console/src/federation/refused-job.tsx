import { Button } from '../parts/button.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import type { Entry, RobotAddress } from '../robot/robot-query.ts'
import { EntryLink } from './entry-link.tsx'
import { entryName } from './entry-name.ts'
import { NewEntryLink } from './new-entry-link.tsx'
import type { RefusedExchange } from './refused-query.ts'
import { useEntryForJob } from './use-entry-for-job.ts'
import { type Claims, wordsOfClaims } from './words-of-claims.ts'

interface Props {
  address: RobotAddress
  /** Of the robot, in the order in which they are tried. */
  entries: readonly Entry[]
  refused: RefusedExchange
  /** Somebody wants to see why who claims this is refused. */
  onTry: (claims: Claims) => void
}

/** Codes of refusals for what an entry wants besides issuer and subject: another entry may want something else. */
const OF_ENTRY: readonly unknown[] = [
  ...['audience_mismatch', 'audience_required', 'event_refused'],
  ...['claim_mismatch', 'token_too_old'],
]

/** A job that was refused, and what can be done: where there is an entry for it, no second that admits the same. */
export function RefusedJob({ address, entries, refused, onTry }: Props) {
  const { time, message, code, identity } = refused
  const { entry, isAsked } = useEntryForJob(address, entries, identity)
  // Of stored keys the log does not tell whether they proved the token.
  const wouldBeSecond = entry && !entry.issuer_ref && !OF_ENTRY.includes(code)
  const name = entry && entryName(entries, entry.id)
  return (
    <li className="card stack">
      <p>
        {identity ? <code>{identity.sub}</code> : 'A job'} was refused <RelativeTime time={time} />:{' '}
        {message}
      </p>
      {name && (
        <p>
          This issuer and subject are <strong>now</strong> those of {name}. A test of the job’s
          token tells whether it gets in.
        </p>
      )}
      {!isAsked && (
        <div className="actions">
          {entry && (
            <EntryLink address={address} id={entry.id}>
              Open {name}
            </EntryLink>
          )}
          {/* Of the rest of what it claimed the log says in words what was wrong. */}
          {!entry && identity && code === 'subject_mismatch' && (
            <Button onPress={() => onTry(identity)}>See why</Button>
          )}
          {!wouldBeSecond && (
            <NewEntryLink address={address} search={identity ? wordsOfClaims(identity) : {}}>
              Let such jobs in
            </NewEntryLink>
          )}
        </div>
      )}
    </li>
  )
}
