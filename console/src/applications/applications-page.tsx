import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { applicationsQuery } from './application-queries.ts'
import { ApplicationTable } from './application-table.tsx'
import { NewApplication } from './new-application.tsx'

const route = getRouteApi('/$kind/$owner/applications')

/** OAuth applications of an organization: programs that are no robots, and call the API. */
export function ApplicationsPage() {
  const { owner } = route.useParams()
  const list = useInfiniteQuery(applicationsQuery(owner))
  const { data, error, refetch } = list
  const applications = data?.pages.flatMap((page) => page.applications) ?? []
  return (
    <Page title={`Applications of ${owner}`}>
      <div className="stack">
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="applications" />}
        {data && applications.length === 0 && (
          <p>
            {owner} has no application. One is for a program that calls this API with a client id
            and a secret, such as Terraform. For pushing and pulling images, make a robot.
          </p>
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
