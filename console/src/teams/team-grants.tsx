import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { GiveRoleForm } from '../access/give-role-form.tsx'
import { RoleForm } from '../access/role-form.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Table } from '../parts/table.tsx'
import { grantsQuery, type TeamAddress, teamsKey } from './teams-query.ts'

interface Props {
  address: TeamAddress
  /** A team of administrators has all repositories. */
  isAdmin: boolean
}

/** The roles of a team in repositories, which its members have. */
export function TeamGrants({ address, isAdmin }: Props) {
  const queries = useQueryClient()
  const grants = useInfiniteQuery(grantsQuery(address))
  const refresh = () => queries.invalidateQueries({ queryKey: teamsKey(address.organization) })
  const { data, error, refetch } = grants
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="repositories" />
  const to = { namespace: address.organization, kind: 'team', holder: address.team } as const
  const all = data.pages.flatMap(({ permissions }) => permissions)
  return (
    <>
      {isAdmin && <p>Its members administer all repositories, whatever else is said here.</p>}
      {all.length === 0 && <p>It was given no role in a repository.</p>}
      {all.length > 0 && (
        <Table
          label="Repositories"
          head={
            <>
              <th scope="col">Repository</th>
              <th scope="col">Role</th>
            </>
          }
        >
          {all.map(({ repository, role }) => (
            <tr key={repository.name}>
              <th scope="row">
                {address.organization}/{repository.name}
                {repository.is_public && <span className="tag">public</span>}
              </th>
              <td>
                <RoleForm
                  key={role}
                  of={{ ...to, repository: repository.name }}
                  role={role}
                  onChanged={refresh}
                />
              </td>
            </tr>
          ))}
        </Table>
      )}
      <More list={grants} />
      <GiveRoleForm to={to} onChanged={refresh} />
    </>
  )
}
