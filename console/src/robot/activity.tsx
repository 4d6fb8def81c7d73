import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from '../parts/button.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Table } from '../parts/table.tsx'
import { logQuery } from './log-query.ts'
import { LogRow } from './log-row.tsx'
import { useRobotAddress } from './use-robot-address.ts'

/** What the log has of the robot, the newest first. */
export function Activity() {
  const log = useInfiniteQuery(logQuery(useRobotAddress()))
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = log
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="the log" />
  const entries = data.pages.flatMap(({ logs }) => logs)
  if (entries.length === 0) return <p>The log has nothing of it.</p>
  return (
    <div className="stack">
      <Table
        label="Log"
        head={
          <>
            <th scope="col">What</th>
            <th scope="col">Who</th>
            <th scope="col">When</th>
            <th scope="col">Details</th>
          </>
        }
      >
        {entries.map((entry, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries have no names, and their order is that of time
          <LogRow key={`${entry.datetime} ${at}`} entry={entry} />
        ))}
      </Table>
      {hasNextPage && (
        <div className="actions">
          <Button onPress={() => fetchNextPage()} isPending={isFetchingNextPage}>
            Older
          </Button>
        </div>
      )}
    </div>
  )
}
