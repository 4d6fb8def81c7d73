import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { useRobotAddress } from '../robot/use-robot-address.ts'
import { entryQuery } from './entry-query.ts'
import { StoredEntryForm } from './stored-entry-form.tsx'

const route = getRouteApi('/$kind/$owner/robots/$robot/federation/$entry')

/** An entry: changed, tried and deleted. */
export function EntryPage() {
  const address = useRobotAddress()
  const { entry: id } = route.useParams()
  const search = route.useSearch()
  const { data, error, refetch } = useQuery({
    ...entryQuery(address, id),
    // What is typed is of what was read first; that it has changed since, a refusal says.
    refetchOnWindowFocus: false,
  })
  if (error) return <Failure error={error} retry={refetch} />
  if (!data) return <Loading what="the entry" />
  return (
    <div className="stack">
      <h2>Change who is let in</h2>
      <StoredEntryForm
        key={`${id} ${search.got}`}
        address={address}
        stored={data}
        search={search}
      />
    </div>
  )
}
