import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { ApplicationEnd } from './application-end.tsx'
import { ApplicationForm } from './application-form.tsx'
import { applicationQuery } from './application-queries.ts'
import { ApplicationSecret } from './application-secret.tsx'

const route = getRouteApi('/$kind/$owner/applications/$client')

/** An application: what it is, its secret, and its end. */
export function ApplicationPage() {
  const { owner, client } = route.useParams()
  const { data, error, refetch } = useQuery(applicationQuery(owner, client))
  return (
    <>
      <p>
        <Link to="/$kind/$owner/applications" params={{ kind: 'orgs', owner }}>
          Applications of {owner}
        </Link>
      </p>
      <Page title={data?.name ?? client}>
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="the application" />}
        {data && (
          <div className="stack">
            <ApplicationForm key={client} orgname={owner} application={data} />
            <ApplicationSecret orgname={owner} application={data} />
            <ApplicationEnd orgname={owner} application={data} />
          </div>
        )}
      </Page>
    </>
  )
}
