import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { NotFound } from '../shell/not-found.tsx'
import { readHelpPage } from './help-pages.ts'
import { Prose } from './prose.tsx'

const route = getRouteApi('/help/$page')

/** A page of the documentation. */
export function HelpPage() {
  const { page } = route.useParams()
  const { data, error, refetch } = useQuery({
    queryKey: ['help', page],
    queryFn: () => readHelpPage(page),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (data === null) return <NotFound />
  return (
    <>
      <p>
        <Link to="/help">Help</Link>
      </p>
      <Page title={/^# (.*)/.exec(data ?? '')?.[1] ?? page}>
        {error && <Failure error={error} retry={refetch} />}
        {data === undefined && !error && <Loading what="the page" />}
        {data && <Prose markdown={data} />}
      </Page>
    </>
  )
}
