import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { DefaultPermissionRow } from './default-permission-row.tsx'
import { defaultsKey, defaultsQuery } from './defaults-query.ts'
import { NewDefaultForm } from './new-default-form.tsx'

/** What is given in repositories that are made later. */
export function DefaultPermissionsPage() {
  const { name } = useOwner()
  const queries = useQueryClient()
  const defaults = useInfiniteQuery(defaultsQuery(name))
  const { data, error, refetch } = defaults
  const refresh = () => queries.invalidateQueries({ queryKey: defaultsKey(name) })
  const all = data?.pages.flatMap(({ prototypes }) => prototypes) ?? []
  return (
    <Page title={`Default permissions of ${name}`}>
      <div className="stack">
        <p>
          They give roles in repositories that are made later. With <em>write</em> for the robot{' '}
          <code>{name}+deployer</code>, whoever makes <code>{name}/shop</code> tomorrow lets it push
          there; in repositories that are there already, nothing changes.
        </p>
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="default permissions" />}
        {data && all.length === 0 && (
          <p>There are none: of a new repository, only who makes it has a role.</p>
        )}
        {all.length > 0 && (
          <Table
            label="Default permissions"
            head={
              <>
                <th scope="col">Who gets it</th>
                <th scope="col">In repositories made by</th>
                <th scope="col">Role</th>
                <th scope="col">
                  <span className="hidden">Take away</span>
                </th>
              </>
            }
          >
            {all.map((one) => (
              <DefaultPermissionRow
                key={`${one.id} ${one.role}`}
                organization={name}
                permission={one}
                onChanged={refresh}
              />
            ))}
          </Table>
        )}
        <More list={defaults} />
        <NewDefaultForm organization={name} onMade={refresh} />
      </div>
    </Page>
  )
}
