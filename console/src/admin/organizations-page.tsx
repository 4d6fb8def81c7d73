import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { NameList } from '../parts/name-list.tsx'
import { Page } from '../parts/page.tsx'
import { organizationsQuery } from './admin-lists.ts'

const route = getRouteApi('/admin/organizations')

/** All organizations of the installation, for superusers. */
export function OrganizationsPage() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/admin/organizations' })
  const query = useQuery(organizationsQuery(search))
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
        <NameList
          label="Organizations"
          search={search}
          onSearch={(next, replace) => navigate({ to: '.', search: next, replace })}
          query={query}
          rowsOf={(data) => data.organizations}
          empty={
            search.q ? 'No organization is called like that.' : 'There is no organization yet.'
          }
          title="Name"
          head={<th scope="col">E-mail address</th>}
        >
          {({ name, email }) => (
            <tr key={name}>
              <th scope="row">
                <Link to="/$kind/$owner/robots" params={{ kind: 'orgs', owner: name }}>
                  {name}
                </Link>
              </th>
              <td>{email || <span className="quiet">none</span>}</td>
            </tr>
          )}
        </NameList>
      </div>
    </Page>
  )
}
