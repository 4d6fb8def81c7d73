import { inParallel } from '../domain/in-parallel.ts'
import type { NotTaken, SourcePermission, SourceRepository } from '../domain/quay-content.ts'
import { PermissionPageSchema, RepositoryPageSchema } from './quay-answers.ts'
import type { QuayApi } from './quay-api.ts'
import { AT_ONCE } from './read-robots.ts'

interface ReadRepositories {
  repositories: SourceRepository[]
  permissions: SourcePermission[]
  notTaken: NotTaken[]
  without: NotTaken[]
}

type ListedRepository = ReturnType<(typeof RepositoryPageSchema)['parse']>['repositories'][number]

/**
 * The repositories of a namespace, and who has which role in them.
 *
 * @param hasTeams whether an organization owns them
 * @throws {SourceError} also where the token may not see that
 */
export async function readRepositories(
  api: QuayApi,
  namespace: string,
  hasTeams: boolean,
): Promise<ReadRepositories> {
  const query = new URLSearchParams({ namespace })
  const pages = await api.pages(RepositoryPageSchema, `/api/v1/repository?${query}`)
  const listed = pages
    .flatMap(({ repositories }) => repositories)
    .filter((one) => one.namespace === namespace)
  const images = listed.filter(({ kind }) => (kind ?? 'image') === 'image')
  api.expect(images.length * (hasTeams ? 2 : 1))
  const permissions = await inParallel(images, AT_ONCE, (one) =>
    readPermissions(api, one, hasTeams),
  )
  return {
    repositories: images.map(({ name, is_public, description }) => ({
      ...{ kind: 'repository', namespace, name, description: description ?? '' },
      visibility: is_public ? 'public' : 'private',
    })),
    permissions: permissions.flat(),
    notTaken: listed.flatMap(notAnImage),
    without: images.flatMap(specialState),
  }
}

async function readPermissions(
  api: QuayApi,
  { namespace, name: repository }: ListedRepository,
  hasTeams: boolean,
): Promise<SourcePermission[]> {
  const path = `/api/v1/repository/${[namespace, ...repository.split('/')].map(encodeURIComponent).join('/')}/permissions`
  const read = async (kind: 'account' | 'team', segment: string): Promise<SourcePermission[]> =>
    (await api.pages(PermissionPageSchema, `${path}/${segment}/`)).flatMap(({ permissions }) =>
      Object.values(permissions).map(({ name, role }) => ({
        ...{ kind: 'permission', namespace, repository, role },
        grantee: { kind, name },
      })),
    )
  const accounts = await read('account', 'user')
  return hasTeams ? [...accounts, ...(await read('team', 'team'))] : accounts
}

function notAnImage({ namespace, name, kind }: ListedRepository): NotTaken[] {
  if ((kind ?? 'image') === 'image') return []
  const why = `it is of kind ${kind}: only images are here`
  return [{ kind: 'repository', name: `${namespace}/${name}`, why }]
}

function specialState({ namespace, name, state }: ListedRepository): NotTaken[] {
  if (!state || state === 'NORMAL') return []
  const why = `it is ${state} there; here whoever may write to it may push`
  return [{ kind: 'state', name: `${namespace}/${name}`, why }]
}
