import { infiniteQueryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'

export type InstallUser = components['schemas']['InstallUser']

const paged = {
  initialPageParam: '',
  getNextPageParam: (page: { next_page?: string }) => page.next_page,
}
const queryOf = (nextPage: string) => (nextPage ? { next_page: nextPage } : {})

export const usersKey = ['admin', 'users']
export const usersQuery = infiniteQueryOptions({
  queryKey: [...usersKey, 'list'],
  queryFn: ({ pageParam }) =>
    answerOf(api.GET('/api/v1/superuser/users/', { params: { query: queryOf(pageParam) } })),
  ...paged,
})

export const organizationsQuery = infiniteQueryOptions({
  queryKey: ['admin', 'organizations'],
  queryFn: ({ pageParam }) =>
    answerOf(
      api.GET('/api/v1/superuser/organizations/', { params: { query: queryOf(pageParam) } }),
    ),
  ...paged,
})

export const retiredNamesQuery = infiniteQueryOptions({
  queryKey: ['admin', 'retired-names'],
  queryFn: ({ pageParam }) =>
    answerOf(api.GET('/api/v1/superuser/retired-names', { params: { query: queryOf(pageParam) } })),
  ...paged,
})
