import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { FederationMemory } from '../federation/federation-memory.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { StateTag } from '../robots/state-tag.tsx'
import { robotQuery } from './robot-query.ts'
import { RobotTabs } from './robot-tabs.tsx'
import { useRobotAddress } from './use-robot-address.ts'

/** A robot: what it is, how it signs in, what it may do, and what it did; each with an address of its own. */
export function RobotPage() {
  const address = useRobotAddress()
  const { owner, robot } = address
  const { data, error, refetch } = useQuery(robotQuery(address))
  const fullName = `${owner.name}+${robot}`
  return (
    <>
      <p>
        <Link to="/$kind/$owner/robots" params={{ kind: owner.kind, owner: owner.name }}>
          Robots of {owner.name}
        </Link>
      </p>
      <Page title={fullName} actions={data && <StateTag robot={data} />}>
        <RobotTabs address={address} />
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what={fullName} />}
        {data && (
          <FederationMemory key={fullName}>
            <Outlet />
          </FederationMemory>
        )}
      </Page>
    </>
  )
}
