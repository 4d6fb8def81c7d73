import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { ConfirmedButton } from '../parts/confirmed-button.tsx'
import { NameList } from '../parts/name-list.tsx'
import { Page } from '../parts/page.tsx'
import { RelativeTime } from '../parts/relative-time.tsx'
import { retiredNamesKey, retiredNamesQuery } from './admin-lists.ts'

const route = getRouteApi('/admin/retired-names')

const release = (name: string) =>
  answerOf(api.DELETE('/api/v1/superuser/retired-names/{name}', { params: { path: { name } } }))

/** Names under which a registry may still keep images of somebody else, for superusers. */
export function RetiredNamesPage() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/admin/retired-names' })
  return (
    <Page title="Retired names">
      <div className="stack">
        <p>
          Names of what was deleted or renamed. The registry may still keep images under them, so
          that nobody else may take one before you release it.
        </p>
        <NameList
          label="Retired names"
          search={search}
          onSearch={(next, replace) => navigate({ to: '.', search: next, replace })}
          query={useQuery(retiredNamesQuery(search))}
          rowsOf={(data) => data.names}
          empty={search.q ? 'No name like that is retired.' : 'No name is retired.'}
          title="Name"
          head={
            <>
              <th scope="col">Kind</th>
              <th scope="col">Since</th>
              <th scope="col">Release</th>
            </>
          }
        >
          {({ name, kind, retired }) => (
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
                  refresh={[retiredNamesKey]}
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
          )}
        </NameList>
      </div>
    </Page>
  )
}
