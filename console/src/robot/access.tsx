import { useQuery } from '@tanstack/react-query'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Table } from '../parts/table.tsx'
import { permissionsQuery } from './robot-query.ts'
import { useRobotAddress } from './use-robot-address.ts'

/** In which repositories the robot has which role itself. */
export function Access() {
  const address = useRobotAddress()
  const { data, error, refetch } = useQuery(permissionsQuery(address))
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="permissions" />
  if (data.permissions.length === 0) {
    return <p>It has no role in any repository of its own; what its teams have, it has, too.</p>
  }
  return (
    <Table
      label="Permissions"
      head={
        <>
          <th scope="col">Repository</th>
          <th scope="col">Role</th>
        </>
      }
    >
      {data.permissions.map(({ repository, role }) => (
        <tr key={repository.name}>
          <th scope="row">
            {address.owner.name}/{repository.name}
            {repository.is_public && <span className="tag">public</span>}
          </th>
          <td>{role}</td>
        </tr>
      ))}
    </Table>
  )
}
