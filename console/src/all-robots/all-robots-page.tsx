import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Choice } from '../parts/choice.tsx'
import { CsvButton } from '../parts/csv-button.tsx'
import { Failure } from '../parts/failure.tsx'
import { ListPages } from '../parts/list-pages.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { CSV_HEAD, csvRow } from '../robots/robot-csv.ts'
import { type RobotSort, type RobotState, SORTS, STATES } from '../robots/robots-search.ts'
import { allRobots, allRobotsQuery, asked } from './all-robots-query.ts'
import { AllRobotsTable } from './all-robots-table.tsx'

const route = getRouteApi('/robots')

const ANY_STATE: Record<RobotState | '', string> = { '': 'all', ...STATES }

/** The robots of all users and organizations, for superusers. */
export function AllRobotsPage() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/robots' })
  const { data, error, refetch, isPlaceholderData } = useQuery(allRobotsQuery(search))
  const ask = (change: Parameters<typeof asked>[1], replace = false) =>
    navigate({ to: '.', search: asked(search, change), replace })
  async function* rows() {
    for await (const robot of allRobots(search)) yield csvRow(robot)
  }
  return (
    <Page title="All robots" actions={<CsvButton name="robots" head={CSV_HEAD} rows={rows} />}>
      <div className="stack">
        <search className="filters filters-row" aria-label="Filters">
          <SearchBox
            label="Search names and descriptions"
            value={search.q ?? ''}
            onChange={(q, replace) => ask({ q }, replace)}
          />
          <Choice
            label="Show"
            value={search.state ?? ''}
            onChange={(state) => ask({ state })}
            options={ANY_STATE}
          />
          <Choice<RobotSort>
            label="Sorted by"
            value={search.sort ?? 'name'}
            onChange={(sort) => ask({ sort })}
            options={SORTS}
          />
        </search>
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="robots" />}
        {data && !error && (
          <div aria-busy={isPlaceholderData} className="stack">
            {data.robots.length > 0 ? (
              <AllRobotsTable robots={data.robots} search={search} />
            ) : (
              <p>No robot is all of that.</p>
            )}
            <ListPages page={search.next_page} next={data.next_page} />
          </div>
        )}
      </div>
    </Page>
  )
}
