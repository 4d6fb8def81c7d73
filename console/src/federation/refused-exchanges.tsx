import { useQuery } from '@tanstack/react-query'
import { Button } from '../parts/button.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import type { RobotAddress } from '../robot/robot-query.ts'
import { NewEntryLink } from './new-entry-link.tsx'
import { type RefusedExchange, refusedQuery } from './refused-query.ts'
import { type Claims, wordsOfClaims } from './words-of-claims.ts'

interface Props {
  address: RobotAddress
  /** Somebody wants to see why who claims this is refused. */
  onTry: (claims: Claims) => void
}

/** Who was refused lately; nothing, where nobody was. */
export function RefusedExchanges({ address, onTry }: Props) {
  const { data = [] } = useQuery(refusedQuery(address))
  if (data.length === 0) return null
  return (
    <section className="stack" aria-label="Refused lately">
      <h2>Refused lately</h2>
      <ul className="stack entries">
        {data.map((refused) => (
          <Refused
            key={`${refused.time} ${refused.message}`}
            address={address}
            refused={refused}
            onTry={onTry}
          />
        ))}
      </ul>
    </section>
  )
}

const Refused = ({
  address,
  refused: { time, message, code, identity },
  onTry,
}: Props & { refused: RefusedExchange }) => (
  <li className="card stack">
    <p>
      {identity ? <code>{identity.sub}</code> : 'A job'} was refused <RelativeTime time={time} />:{' '}
      {message}
    </p>
    <div className="actions">
      {/* Of the rest of what it claimed the log says in words what was wrong. */}
      {identity && code === 'subject_mismatch' && (
        <Button onPress={() => onTry(identity)}>See why</Button>
      )}
      <NewEntryLink address={address} search={identity ? wordsOfClaims(identity) : {}}>
        Let such jobs in
      </NewEntryLink>
    </div>
  </li>
)
