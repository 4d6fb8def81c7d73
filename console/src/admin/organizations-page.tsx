import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { ListPages } from '../parts/list-pages.tsx'
import { Loading } from '../parts/loading.tsx'
import { NameHeader } from '../parts/name-header.tsx'
import { Page } from '../parts/page.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Table } from '../parts/table.tsx'
import { searched } from '../shell/list-search.ts'
import { organizationsQuery } from './admin-lists.ts'

const route = getRouteApi('/admin/organizations')

/** All organizations of the installation, for superusers. */
export function OrganizationsPage() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/admin/organizations' })
  const { data, error, refetch, isPlaceholderData } = useQuery(organizationsQuery(search))
  return (
    <Page
      title="Organizations"
      actions={
        <Link className="button button-primary" to="/new-organization">
          New organization
        </Link>
      }
    >
      <div className="stack">
        <SearchBox
          label="Search names"
          value={search.q ?? ''}
          onChange={(q, replace) => navigate({ to: '.', search: searched(search, q), replace })}
        />
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="organizations" />}
        {data && data.organizations.length === 0 && (
          <p>
            {search.q ? 'No organization is called like that.' : 'There is no organization yet.'}
          </p>
        )}
        {data && data.organizations.length > 0 && (
          <div aria-busy={isPlaceholderData}>
            <Table
              label="Organizations"
              head={
                <>
                  <NameHeader title="Name" search={search} />
                  <th scope="col">E-mail address</th>
                </>
              }
            >
              {data.organizations.map(({ name, email }) => (
                <tr key={name}>
                  <th scope="row">
                    <Link to="/$kind/$owner/robots" params={{ kind: 'orgs', owner: name }}>
                      {name}
                    </Link>
                  </th>
                  <td>{email || <span className="quiet">none</span>}</td>
                </tr>
              ))}
            </Table>
          </div>
        )}
        <ListPages page={search.next_page} next={data?.next_page} />
      </div>
    </Page>
  )
}
