import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { GiveHolderForm } from '../access/give-holder-form.tsx'
import { HolderName } from '../access/holder-name.tsx'
import { holdersQuery, matrixKey } from '../access/matrix-query.ts'
import { accessIn } from '../access/matrix-search.ts'
import { RoleForm } from '../access/role-form.tsx'
import { RoleLegend } from '../access/role-legend.tsx'
import { ownRole } from '../access/roles.ts'
import { SourceList } from '../access/source-list.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Table } from '../parts/table.tsx'
import type { RepositoryAddress } from './repository-calls.ts'

/** Who may do what in a repository, and why; own roles are changed here. */
export function RepositoryAccess({ address }: { address: RepositoryAddress }) {
  const { namespace, name: repository } = address
  const queries = useQueryClient()
  const holders = useInfiniteQuery(holdersQuery(namespace, { repository, role: 'read' }))
  const { data, error, refetch } = holders
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="who may do what" />
  const refresh = () => queries.invalidateQueries({ queryKey: matrixKey(namespace) })
  return (
    <>
      <h2>Roles in {repository}</h2>
      <p>
        <Link
          to="/$kind/$owner/access"
          params={{ kind: 'orgs', owner: namespace }}
          search={{ repository, role: 'write' }}
        >
          Who can push to {repository}
        </Link>
      </p>
      <Table
        label="Roles"
        head={
          <>
            <th scope="col">Who</th>
            <th scope="col">May</th>
            <th scope="col">Because</th>
            <th scope="col">Own role</th>
          </>
        }
      >
        {data.pages
          .flatMap((page) => page.holders)
          .map(({ kind, name, access }) => {
            const own = accessIn(access, repository)
            return (
              own && (
                <tr key={`${kind} ${name}`}>
                  <th scope="row">
                    <HolderName namespace={namespace} kind={kind} name={name} />
                  </th>
                  <td>{own.role}</td>
                  <td>
                    <SourceList sources={own.sources} />
                  </td>
                  <td>
                    <RoleForm
                      key={ownRole(own)}
                      of={{ namespace, repository, kind, holder: name }}
                      role={ownRole(own)}
                      onChanged={refresh}
                    />
                  </td>
                </tr>
              )
            )
          })}
      </Table>
      <RoleLegend />
      <More list={holders} />
      <GiveHolderForm namespace={namespace} repository={repository} onChanged={refresh} />
    </>
  )
}
