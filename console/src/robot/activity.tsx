import { useInfiniteQuery } from '@tanstack/react-query'
import { LeftOut } from '../audit/left-out.tsx'
import { LogDays } from '../audit/log-days.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { logQuery } from './log-query.ts'
import { useRobotAddress } from './use-robot-address.ts'

/** What the log has of the robot, the newest first. */
export function Activity() {
  const address = useRobotAddress()
  const log = useInfiniteQuery(logQuery(address))
  const { data, error, refetch } = log
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="the log" />
  const entries = data.pages.flatMap(({ logs }) => logs)
  return (
    <div className="stack">
      <LeftOut {...address} />
      {entries.length === 0 && <p>The log has nothing of it.</p>}
      <LogDays entries={entries} owner={address.owner} />
      <More list={log} title="Older" />
    </div>
  )
}
