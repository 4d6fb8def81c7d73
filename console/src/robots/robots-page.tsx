import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ownerOf, shortNameOf } from '../api/owner.ts'
import { CsvButton } from '../parts/csv-button.tsx'
import { Failure } from '../parts/failure.tsx'
import { ListPages } from '../parts/list-pages.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { NewRobotLink } from './new-robot-link.tsx'
import { NoRobots } from './no-robots.tsx'
import { RobotAges } from './robot-ages.tsx'
import { CSV_HEAD, csvRow } from './robot-csv.ts'
import { RobotFilters } from './robot-filters.tsx'
import { RobotTable } from './robot-table.tsx'
import { allRobotsOf, robotsQuery } from './robots-query.ts'
import { useMarked } from './use-marked.ts'

const route = getRouteApi('/$kind/$owner/robots')

/** The robots of an organization or a user: searched, filtered, sorted and paged by the service. */
export function RobotsPage() {
  const owner = ownerOf(route.useParams())
  const search = route.useSearch()
  const { data, error, refetch, isPlaceholderData } = useQuery(robotsQuery(owner, search))
  const queries = useQueryClient()
  const marking = useMarked(data?.robots.map(({ name }) => shortNameOf(name)) ?? [])
  const refresh = () => queries.invalidateQueries({ queryKey: ['robots', owner] })
  async function* rows() {
    for await (const robot of allRobotsOf(owner, search)) yield csvRow(robot)
  }
  const actions = (
    <>
      <CsvButton name={`${owner.name}-robots`} head={CSV_HEAD} rows={rows} />
      <NewRobotLink owner={owner} />
    </>
  )
  return (
    <Page title={`Robots of ${owner.name}`} actions={actions}>
      <div className="stack">
        <RobotFilters search={search} />
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="robots" />}
        {data && !error && (
          <div aria-busy={isPlaceholderData} className="stack">
            {data.robots.length > 0 ? (
              <>
                <BulkBar
                  owner={owner}
                  robots={data.robots.filter(({ name }) =>
                    marking.marked.includes(shortNameOf(name)),
                  )}
                  onDone={refresh}
                  onClear={marking.clear}
                />
                <RobotTable owner={owner} robots={data.robots} search={search} marking={marking} />
              </>
            ) : (
              <NoRobots owner={owner} search={search} />
            )}
            <ListPages page={search.next_page} next={data.next_page} />
            {data.robots.length > 0 && <RobotAges owner={owner} />}
          </div>
        )}
      </div>
    </Page>
  )
}
