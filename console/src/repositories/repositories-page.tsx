import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { repositoriesQuery } from '../access/repositories-query.ts'
import { NameList } from '../parts/name-list.tsx'
import { Page } from '../parts/page.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { NewRepositoryForm } from './new-repository-form.tsx'

const route = getRouteApi('/$kind/$owner/repositories')

/** The repositories of an organization or a user that who is signed in may see. */
export function RepositoriesPage() {
  const owner = useOwner()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/$kind/$owner/repositories' })
  const query = useQuery(repositoriesQuery(owner.name, search))
  return (
    <Page title={`Repositories of ${owner.name}`}>
      <div className="stack">
        <NameList
          label="Repositories"
          search={search}
          onSearch={(next, replace) => navigate({ to: '.', search: next, replace })}
          query={query}
          rowsOf={(data) => data.repositories}
          empty={
            search.q
              ? 'No repository is called like that.'
              : 'There is no repository that you may see. The first push makes one, too.'
          }
          title="Repository"
          head={
            <>
              <th scope="col">Who may pull</th>
              <th scope="col">Description</th>
            </>
          }
        >
          {({ name, is_public, description }) => (
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
          )}
        </NameList>
        <NewRepositoryForm owner={owner} />
      </div>
    </Page>
  )
}
