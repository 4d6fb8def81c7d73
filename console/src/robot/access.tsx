import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { GiveRoleForm } from '../access/give-role-form.tsx'
import { RoleLegend } from '../access/role-legend.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { accessQuery } from './access-query.ts'
import { AccessTable } from './access-table.tsx'
import { refreshRobot } from './robot-query.ts'
import { useRobotAddress } from './use-robot-address.ts'

/** What the robot may do and why; the roles that it was given directly are changed here. */
export function Access() {
  const address = useRobotAddress()
  const queries = useQueryClient()
  const access = useInfiniteQuery(accessQuery(address))
  const { data, error, refetch } = access
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="access" />
  const refresh = () => refreshRobot(queries, address)
  const { name } = address.owner
  const to = { namespace: name, kind: 'robot', holder: `${name}+${address.robot}` } as const
  const repositories = data.pages.flatMap((page) => page.access)
  return (
    <div className="stack">
      {repositories.length > 0 ? (
        <>
          <AccessTable address={address} access={repositories} onChanged={refresh} />
          <RoleLegend />
        </>
      ) : (
        <p>It may do nothing yet but pull what is public. Give it a role, or put it into a team.</p>
      )}
      <More list={access} />
      <GiveRoleForm to={to} onChanged={refresh} />
    </div>
  )
}
