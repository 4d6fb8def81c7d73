import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { usersQuery } from './admin-lists.ts'
import { NewUserForm } from './new-user-form.tsx'

/** All users of the installation, for superusers. */
export function UsersPage() {
  const list = useInfiniteQuery(usersQuery)
  const { data, error, refetch } = list
  return (
    <Page title="Users">
      <div className="stack">
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="users" />}
        {data && (
          <>
            <Table
              label="Users"
              head={
                <>
                  <th scope="col">Name</th>
                  <th scope="col">E-mail address</th>
                </>
              }
            >
              {data.pages
                .flatMap(({ users }) => users)
                .map(({ username, email, enabled, super_user }) => (
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
            <More list={list} />
            <NewUserForm />
          </>
        )}
      </div>
    </Page>
  )
}
