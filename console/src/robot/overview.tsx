import { useSuspenseQuery } from '@tanstack/react-query'
import { RelativeTime } from '../parts/relative-time.tsx'
import { accessOf, byOf, signsInBy } from '../robots/robot-words.ts'
import { DetailsForm } from './details-form.tsx'
import { robotQuery } from './robot-query.ts'
import { SwitchForm } from './switch-form.tsx'
import { useRobotAddress } from './use-robot-address.ts'

/** What a robot is, whether it may act, and until when. */
export function Overview() {
  const address = useRobotAddress()
  const { data: robot } = useSuspenseQuery(robotQuery(address))
  const use = robot.last_used
  return (
    <div className="stack">
      <dl className="facts card">
        <dt>Signs in by</dt>
        <dd>{signsInBy(robot)}</dd>
        <dt>Access</dt>
        <dd>{accessOf(robot.grants)}</dd>
        <dt>Last used</dt>
        <dd>
          <RelativeTime time={use?.at ?? robot.last_accessed} />
          {use?.by && ` ${byOf(use.by)}`}
          {use?.address && ` from ${use.address}`}
          {use?.agent && ` (${use.agent})`}
        </dd>
        <dt>Created</dt>
        <dd>
          <RelativeTime time={robot.created} />
          {robot.created_by && ` by ${robot.created_by}`}
        </dd>
      </dl>
      <SwitchForm address={address} robot={robot} />
      <DetailsForm address={address} robot={robot} />
    </div>
  )
}
