import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { repositoriesQuery } from '../access/repositories-query.ts'
import { Failure } from '../parts/failure.tsx'
import { ListPages } from '../parts/list-pages.tsx'
import { Loading } from '../parts/loading.tsx'
import { NameHeader } from '../parts/name-header.tsx'
import { Page } from '../parts/page.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { Table } from '../parts/table.tsx'
import { searched } from '../shell/list-search.ts'
import { useOwner } from '../shell/use-owner.ts'
import { NewRepositoryForm } from './new-repository-form.tsx'

const route = getRouteApi('/$kind/$owner/repositories')

/** The repositories of an organization or a user that who is signed in may see. */
export function RepositoriesPage() {
  const owner = useOwner()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/$kind/$owner/repositories' })
  const query = useQuery(repositoriesQuery(owner.name, search))
  const { data, error, refetch, isPlaceholderData } = query
  return (
    <Page title={`Repositories of ${owner.name}`}>
      <div className="stack">
        <SearchBox
          label="Search names"
          value={search.q ?? ''}
          onChange={(q, replace) => navigate({ to: '.', search: searched(search, q), replace })}
        />
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what="repositories" />}
        {data && data.repositories.length === 0 && (
          <p>
            {search.q
              ? 'No repository is called like that.'
              : 'There is no repository that you may see. The first push makes one, too.'}
          </p>
        )}
        {data && data.repositories.length > 0 && (
          <div aria-busy={isPlaceholderData}>
            <Table
              label="Repositories"
              head={
                <>
                  <NameHeader title="Repository" search={search} />
                  <th scope="col">Who may pull</th>
                  <th scope="col">Description</th>
                </>
              }
            >
              {data.repositories.map(({ name, is_public, description }) => (
                <tr key={name}>
                  <th scope="row">
                    <Link
                      to="/$kind/$owner/repositories/$repository"
                      params={{ kind: owner.kind, owner: owner.name, repository: name }}
                    >
                      {name}
                    </Link>
                  </th>
                  <td>{is_public ? 'everybody' : 'who has a role'}</td>
                  <td>{description.slice(0, 200)}</td>
                </tr>
              ))}
            </Table>
          </div>
        )}
        <ListPages page={search.next_page} next={data?.next_page} />
        <NewRepositoryForm owner={owner} />
      </div>
    </Page>
  )
}
