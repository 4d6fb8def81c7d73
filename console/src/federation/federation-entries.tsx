import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { entriesQuery, type RobotAddress } from '../robot/robot-query.ts'
import { FederationEntry } from './federation-entry.tsx'

/** The entries, in the order in which they are tried. */
export function FederationEntries({ address }: { address: RobotAddress }) {
  const { data, error, refetch } = useQuery(entriesQuery(address))
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="federation entries" />
  if (data.entries.length === 0) {
    return (
      <p>
        No jobs let in yet. An entry names the issuer of the platform, and which of its jobs may act
        as the robot, without a secret.
      </p>
    )
  }
  return (
    <ol className="stack entries">
      {data.entries.map((entry) => (
        <FederationEntry key={entry.id} address={address} entry={entry} />
      ))}
    </ol>
  )
}
