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

/** A job that was refused, and what can be done; where an entry was made for it since, that one. */
export function RefusedJob({ address, entries, refused, onTry }: Props) {
  const { time, message, code, identity } = refused
  const { data: mendedBy = null } = useQuery({
    ...mendedQuery(address, refused),
    // Only then one can be for it.
    enabled: entries.some(({ issuer }) => issuer === identity?.iss),
  })
  return (
    <li className="card stack">
      <p>
        {identity ? <code>{identity.sub}</code> : 'A job'} was refused <RelativeTime time={time} />:{' '}
        {message}
      </p>
      {mendedBy !== null && (
        <p>
          <strong>Mended since then:</strong> {entryName(entries, mendedBy)} admits this issuer and
          subject now. Whether all else of a token fits, a test of it tells.
        </p>
      )}
      <div className="actions">
        {mendedBy !== null && (
          <EntryLink address={address} id={mendedBy}>
            Open {entryName(entries, mendedBy)}
          </EntryLink>
        )}
        {/* Of the rest of what it claimed the log says in words what was wrong. */}
        {mendedBy === null && identity && code === 'subject_mismatch' && (
          <Button onPress={() => onTry(identity)}>See why</Button>
        )}
        {mendedBy === null && (
          <NewEntryLink address={address} search={identity ? wordsOfClaims(identity) : {}}>
            Let such jobs in
          </NewEntryLink>
        )}
      </div>
    </li>
  )
}
