import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { FederationEntry } from './federation-entry.tsx'
import { entriesQuery } from './robot-query.ts'
import { useRobotAddress } from './use-robot-address.ts'

/** Whose identity tokens let their bearer act as the robot. */
export function Federation() {
  const { data, error, refetch } = useQuery(entriesQuery(useRobotAddress()))
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="federation entries" />
  if (data.entries.length === 0) {
    return (
      <p>
        No job signs in without a secret. An entry names the issuer of the platform, and which of
        its jobs may act as the robot.
      </p>
    )
  }
  return (
    <ol className="stack entries">
      {data.entries.map((entry) => (
        <FederationEntry key={entry.id} entry={entry} />
      ))}
    </ol>
  )
}
