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
import { usersQuery } from './admin-lists.ts'
import { NewUserForm } from './new-user-form.tsx'

const route = getRouteApi('/admin/users')

/** All users of the installation, for superusers. */
export function UsersPage() {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/admin/users' })
  const { data, error, refetch, isPlaceholderData } = useQuery(usersQuery(search))
  return (
    <Page title="Users">
      <div className="stack">
        <SearchBox
          label="Search names"
          value={search.q ?? ''}
          onChange={(q, replace) => navigate({ to: '.', search: searched(search, q), replace })}
        />
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="users" />}
        {data && data.users.length === 0 && <p>No user is called like that.</p>}
        {data && data.users.length > 0 && (
          <div aria-busy={isPlaceholderData}>
            <Table
              label="Users"
              head={
                <>
                  <NameHeader title="Name" search={search} />
                  <th scope="col">E-mail address</th>
                </>
              }
            >
              {data.users.map(({ username, email, enabled, super_user }) => (
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
              ))}
            </Table>
          </div>
        )}
        <ListPages page={search.next_page} next={data?.next_page} />
        {data && <NewUserForm />}
      </div>
    </Page>
  )
}
