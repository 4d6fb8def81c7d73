import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { NameList } from '../parts/name-list.tsx'
import { Page } from '../parts/page.tsx'
import { usersQuery } from './admin-lists.ts'
import { NewUserForm } from './new-user-form.tsx'

const route = getRouteApi('/admin/users')

/** All users of the installation, for superusers. */
export function UsersPage() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/admin/users' })
  const query = useQuery(usersQuery(search))
  return (
    <Page title="Users">
      <div className="stack">
        <NameList
          label="Users"
          search={search}
          onSearch={(next, replace) => navigate({ to: '.', search: next, replace })}
          query={query}
          rowsOf={(data) => data.users}
          empty="No user is called like that."
          title="Name"
          head={<th scope="col">E-mail address</th>}
        >
          {({ username, email, enabled, super_user }) => (
            <tr key={username}>
              <th scope="row">
                <Link to="/admin/users/$user" params={{ user: username }}>
                  {username}
                </Link>
                {super_user && <span className="tag">superuser</span>}
                {!enabled && <span className="tag">disabled</span>}
              </th>
              <td>{email ?? <span className="quiet">none</span>}</td>
            </tr>
          )}
        </NameList>
        {query.data && <NewUserForm />}
      </div>
    </Page>
  )
}
