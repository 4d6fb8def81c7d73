import { useInfiniteQuery } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { Table } from '../parts/table.tsx'
import { retiredNamesQuery } from './admin-lists.ts'

const release = (name: string) =>
  answerOf(api.DELETE('/api/v1/superuser/retired-names/{name}', { params: { path: { name } } }))

/** Names under which a registry may still keep images of somebody else, for superusers. */
export function RetiredNamesPage() {
  const list = useInfiniteQuery(retiredNamesQuery)
  const { data, error, refetch } = list
  const names = data?.pages.flatMap((page) => page.names) ?? []
  return (
    <Page title="Retired names">
      <div className="stack">
        <p>
          Names of what was deleted or renamed. The registry may still keep images under them, so
          that nobody else may take one before you release it.
        </p>
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="retired names" />}
        {data && names.length === 0 && <p>No name is retired.</p>}
        {names.length > 0 && (
          <Table
            label="Retired names"
            head={
              <>
                <th scope="col">Name</th>
                <th scope="col">Of</th>
                <th scope="col">Since</th>
                <th scope="col">Release</th>
              </>
            }
          >
            {names.map(({ name, kind, retired }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{kind === 'namespace' ? 'a user or an organization' : 'a repository'}</td>
                <td>
                  <RelativeTime time={retired} />
                </td>
                <td>
                  <ConfirmedButton
                    title="Release"
                    what={name}
                    run={() => release(name)}
                    refresh={[retiredNamesQuery.queryKey]}
                    call={{
                      method: 'DELETE',
                      path: `/api/v1/superuser/retired-names/${encodeURIComponent(name)}`,
                    }}
                    command={`quay-robots names release ${name}`}
                  >
                    Delete the images under it first: whoever takes the name gets them.
                  </ConfirmedButton>
                </td>
              </tr>
            ))}
          </Table>
        )}
        <More list={list} />
      </div>
    </Page>
  )
}
