import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Failure } from '../parts/failure.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { useOwner } from '../shell/use-owner.ts'
import { DeleteRepository } from './delete-repository.tsx'
import { DescriptionForm } from './description-form.tsx'
import { RepositoryAccess } from './repository-access.tsx'
import { repositoryQuery } from './repository-calls.ts'
import { VisibilityForm } from './visibility-form.tsx'

const route = getRouteApi('/$kind/$owner/repositories/$repository')

/** A repository: who may do what in it, whether everybody may pull, and what it is. */
export function RepositoryPage() {
  const owner = useOwner()
  const { repository: name } = route.useParams()
  const address = { namespace: owner.name, name }
  const { data, error, refetch } = useQuery(repositoryQuery(address))
  const mayChange = data?.can_admin === true
  return (
    <>
      <p>
        <Link to="/$kind/$owner/repositories" params={{ kind: owner.kind, owner: owner.name }}>
          Repositories of {owner.name}
        </Link>
      </p>
      <Page
        title={`${owner.name}/${name}`}
        actions={mayChange && <DeleteRepository owner={owner} address={address} />}
      >
        {error && <Failure error={error} retry={refetch} />}
        {!data && !error && <Loading what={name} />}
        {data && (
          <div className="stack">
            {data.is_public && <p>Everybody may pull from it.</p>}
            {mayChange && owner.kind === 'orgs' && <RepositoryAccess address={address} />}
            {mayChange ? (
              <>
                <VisibilityForm owner={owner} address={address} repository={data} />
                <DescriptionForm owner={owner} address={address} description={data.description} />
              </>
            ) : (
              <p>{data.description}</p>
            )}
          </div>
        )}
      </Page>
    </>
  )
}
