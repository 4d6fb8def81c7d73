import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ownerOf } from '../api/owner.ts'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { NewRobotLink } from './new-robot-link.tsx'
import { NoRobots } from './no-robots.tsx'
import { RobotFilters } from './robot-filters.tsx'
import { RobotTable } from './robot-table.tsx'
import { robotsQuery } from './robots-query.ts'
import { changed } from './robots-search.ts'

const route = getRouteApi('/$kind/$owner/robots')

/** The robots of an organization or a user: searched, filtered, sorted and paged by the service. */
export function RobotsPage() {
  const owner = ownerOf(route.useParams())
  const search = route.useSearch()
  const { data, error, refetch, isPlaceholderData } = useQuery(robotsQuery(owner, search))
  return (
    <Page title={`Robots of ${owner.name}`} actions={<NewRobotLink owner={owner} />}>
      <div className="stack">
        <RobotFilters search={search} />
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="robots" />}
        {data && !error && (
          <div aria-busy={isPlaceholderData} className="stack">
            {data.robots.length > 0 ? (
              <RobotTable owner={owner} robots={data.robots} search={search} />
            ) : (
              <NoRobots owner={owner} search={search} />
            )}
            <nav className="actions" aria-label="Pages of the list">
              {search.next_page && (
                <Link from={route.id} to="." search={changed(search, {})}>
                  First page
                </Link>
              )}
              {data.next_page && (
                <Link from={route.id} to="." search={{ ...search, next_page: data.next_page }}>
                  Next page
                </Link>
              )}
            </nav>
          </div>
        )}
      </div>
    </Page>
  )
}
