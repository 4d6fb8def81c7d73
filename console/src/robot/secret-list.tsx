import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Table } from '../parts/table.tsx'
import { type RobotAddress, secretsQuery } from './robot-query.ts'
import { SecretRow } from './secret-row.tsx'

/** Which secrets the robot has: who made them, when they were used, until when they are good. */
export function SecretList({ address }: { address: RobotAddress }) {
  const { data, error, refetch } = useQuery(secretsQuery(address))
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="secrets" />
  if (data.secrets.length === 0) {
    return <p>It has no secret, and needs none where it signs in by federation.</p>
  }
  const isReplacing = data.secrets.some(({ state }) => state === 'replaced')
  return (
    <>
      <Table
        label="Secrets"
        head={
          <>
            <th scope="col">Secret</th>
            <th scope="col">Last used</th>
            <th scope="col">Expires</th>
            <th scope="col">Created</th>
            <td />
          </>
        }
      >
        {data.secrets.map((secret) => (
          <SecretRow
            key={secret.id}
            address={address}
            secret={secret}
            isOnly={data.secrets.length === 1}
          />
        ))}
      </Table>
      {isReplacing && (
        <p className="quiet">
          Now put the newest secret wherever the replaced one is. Once nothing uses that any more,
          as “Last used” says, end it; else it ends when it expires.
        </p>
      )}
    </>
  )
}
