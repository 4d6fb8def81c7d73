import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/failure.tsx'
import type { Entry, RobotAddress } from '../robot/robot-query.ts'
import { RefusedJob } from './refused-job.tsx'
import { refusedQuery } from './refused-query.ts'
import { SilentIssuer } from './silent-issuer.tsx'
import { silentIssuersQuery } from './silent-issuers-query.ts'
import type { Claims } from './words-of-claims.ts'

interface Props {
  address: RobotAddress
  /** Of the robot, in the order in which they are tried. */
  entries: readonly Entry[]
  /** Somebody wants to see why who claims this is refused. */
  onTry: (claims: Claims) => void
}

/** Who was refused lately, also for want of the issuer's keys; nothing, where nobody was. */
export function RefusedExchanges({ address, entries, onTry }: Props) {
  const issuers = [...new Set(entries.map(({ issuer }) => issuer))].sort()
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
            <RefusedJob
              key={`${one.time} ${one.identity?.sub} ${one.message}`}
              address={address}
              entries={entries}
              refused={one}
              onTry={onTry}
            />
          ))}
        </ul>
      )}
    </section>
  )
}
