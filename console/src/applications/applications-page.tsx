import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { searched } from '../shell/list-search.ts'
import { applicationsQuery } from './application-queries.ts'
import { ApplicationTable } from './application-table.tsx'
import { NewApplication } from './new-application.tsx'

const route = getRouteApi('/$kind/$owner/applications')

const WHAT_FOR =
  'One is for a program that calls this API with a client id and a secret, such as Terraform. ' +
  'For pushing and pulling images, make a robot.'
const NONE_LIKE_THAT = 'No application is called like that.'

/** OAuth applications of an organization: programs that are no robots, and call the API. */
export function ApplicationsPage() {
  const { owner } = route.useParams()
  const search = route.useSearch()
  const { q = '' } = search
  const navigate = useNavigate({ from: '/$kind/$owner/applications' })
  const list = useInfiniteQuery(applicationsQuery(owner, q))
  const { data, error, refetch, isPlaceholderData } = list
  const applications = data?.pages.flatMap((page) => page.applications) ?? []
  return (
    <Page title={`Applications of ${owner}`}>
      <div className="stack">
        {(applications.length > 0 || q !== '' || isPlaceholderData) && (
          <SearchBox
            label="Search names"
            value={q}
            onChange={(text, replace) =>
              navigate({ to: '.', search: searched(search, text), replace })
            }
          />
        )}
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="applications" />}
        {data && applications.length === 0 && !isPlaceholderData && (
          <p>{q === '' ? `${owner} has no application. ${WHAT_FOR}` : NONE_LIKE_THAT}</p>
        )}
        {applications.length > 0 && (
          <ApplicationTable orgname={owner} applications={applications} />
        )}
        <More list={list} />
        {data && <NewApplication orgname={owner} />}
      </div>
    </Page>
  )
}
