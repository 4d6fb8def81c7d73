import { useQuery } from '@tanstack/react-query'
import { Button } from '../parts/button.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import type { Entry, RobotAddress } from '../robot/robot-query.ts'
import { EntryLink } from './entry-link.tsx'
import { entryName } from './entry-name.ts'
import { mendedQuery } from './mended-query.ts'
import { NewEntryLink } from './new-entry-link.tsx'
import type { RefusedExchange } from './refused-query.ts'
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

/** A job that was refused, and what can be done; where there is an entry for it, that one, and no second that admits the same. */
export function RefusedJob({ address, entries, refused, onTry }: Props) {
  const { time, message, code, identity } = refused
  const { data: found = null } = useQuery({
    ...mendedQuery(address, refused),
    // Only then one can be for it.
    enabled: entries.some(({ issuer }) => issuer === identity?.iss),
  })
  const name = found && entryName(entries, found.id)
  return (
    <li className="card stack">
      <p>
        {identity ? <code>{identity.sub}</code> : 'A job'} was refused <RelativeTime time={time} />:{' '}
        {message}
      </p>
      {found?.isMended && (
        <p>
          <strong>Mended since then:</strong> {name} admits this issuer and subject now. Whether all
          else of a token fits, a test of it tells.
        </p>
      )}
      {found?.isMended === false && (
        <p>This issuer and subject are those of {name}, which is as it was then.</p>
      )}
      <div className="actions">
        {found && (
          <EntryLink address={address} id={found.id}>
            Open {name}
          </EntryLink>
        )}
        {/* Of the rest of what it claimed the log says in words what was wrong. */}
        {!found && identity && code === 'subject_mismatch' && (
          <Button onPress={() => onTry(identity)}>See why</Button>
        )}
        {(!found || (!found.isMended && OF_ENTRY.includes(code))) && (
          <NewEntryLink address={address} search={identity ? wordsOfClaims(identity) : {}}>
            Let such jobs in
          </NewEntryLink>
        )}
      </div>
    </li>
  )
}
