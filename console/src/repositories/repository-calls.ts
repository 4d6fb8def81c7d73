import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'

export type Visibility = 'public' | 'private'

export interface RepositoryAddress {
  namespace: string
  name: string
}

const pathOf = ({ namespace, name }: RepositoryAddress) => ({
  path: { repository: `${namespace}/${name}` },
})

/** How its operations are called in a shell. */
export const repositoryPath = ({ namespace, name }: RepositoryAddress) =>
  `/api/v1/repository/${namespace}/${name}`

export const repositoryKey = ({ namespace, name }: RepositoryAddress) => [
  'repository',
  namespace,
  name,
]

export const repositoryQuery = (address: RepositoryAddress) =>
  queryOptions({
    queryKey: repositoryKey(address),
    queryFn: () =>
      answerOf(api.GET('/api/v1/repository/{repository}', { params: pathOf(address) })),
  })

/** Reads anew what is shown of the repository, and the lists that it is in. */
export const refreshRepository = (queries: QueryClient, address: RepositoryAddress) =>
  Promise.all([
    queries.invalidateQueries({ queryKey: repositoryKey(address) }),
    queries.invalidateQueries({ queryKey: ['repositories', address.namespace] }),
  ])

export const makeRepository = (address: RepositoryAddress, visibility: Visibility) =>
  answerOf(
    api.POST('/api/v1/repository', {
      body: {
        namespace: address.namespace,
        repository: address.name,
        visibility,
        description: '',
      },
    }),
  )

export const describeRepository = (address: RepositoryAddress, description: string) =>
  answerOf(
    api.PUT('/api/v1/repository/{repository}', {
      params: pathOf(address),
      body: { description },
    }),
  )

export const showRepositoryTo = (address: RepositoryAddress, visibility: Visibility) =>
  answerOf(
    api.POST('/api/v1/repository/{repository}/changevisibility', {
      params: pathOf(address),
      body: { visibility },
    }),
  )

export const deleteRepository = (address: RepositoryAddress) =>
  answerOf(api.DELETE('/api/v1/repository/{repository}', { params: pathOf(address) }))
