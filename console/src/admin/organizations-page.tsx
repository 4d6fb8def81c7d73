import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { More } from '../parts/more.tsx'
import { Page } from '../parts/page.tsx'
import { Table } from '../parts/table.tsx'
import { organizationsQuery } from './admin-lists.ts'

/** All organizations of the installation, for superusers. */
export function OrganizationsPage() {
  const list = useInfiniteQuery(organizationsQuery)
  const { data, error, refetch } = list
  return (
    <Page title="Organizations">
      <div className="stack">
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="organizations" />}
        {data && (
          <Table
            label="Organizations"
            head={
              <>
                <th scope="col">Name</th>
                <th scope="col">E-mail address</th>
              </>
            }
          >
            {data.pages
              .flatMap(({ organizations }) => organizations)
              .map(({ name, email }) => (
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
        )}
        <More list={list} />
      </div>
    </Page>
  )
}
