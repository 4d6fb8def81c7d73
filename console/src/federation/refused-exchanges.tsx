import { useQuery } from '@tanstack/react-query'
import { Button } from '../parts/button.tsx'
import { Failure } from '../parts/failure.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import type { RobotAddress } from '../robot/robot-query.ts'
import { NewEntryLink } from './new-entry-link.tsx'
import { type RefusedExchange, refusedQuery } from './refused-query.ts'
import { SilentIssuer } from './silent-issuer.tsx'
import { silentIssuersQuery } from './silent-issuers-query.ts'
import { type Claims, wordsOfClaims } from './words-of-claims.ts'

interface Props {
  address: RobotAddress
  /** Somebody wants to see why who claims this is refused. */
  onTry: (claims: Claims) => void
}

/** Who was refused lately, also for want of the issuer's keys; nothing, where nobody was. */
export function RefusedExchanges({ issuers, ...props }: Props & { issuers: readonly string[] }) {
  const { address } = props
  const exchanges = useQuery(refusedQuery(address))
  const silent = useQuery({
    ...silentIssuersQuery(address, issuers),
    enabled: issuers.length > 0,
  })
  const [refused, unproven] = [exchanges.data ?? [], silent.data ?? []]
  const error = exchanges.error ?? silent.error
  if (refused.length === 0 && unproven.length === 0 && !error) return null
  const retry = () => Promise.all([exchanges.refetch(), silent.refetch()])
  return (
    <section className="stack" aria-label="Refused lately">
      <h2>Refused lately</h2>
      {error && <Failure error={error} retry={retry} />}
      {(unproven.length > 0 || refused.length > 0) && (
        <ul className="stack entries">
          {unproven.map((one) => (
            <SilentIssuer key={one.issuer} address={address} silent={one} />
          ))}
          {refused.map((one) => (
            <Refused key={`${one.time} ${one.message}`} {...props} refused={one} />
          ))}
        </ul>
      )}
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
