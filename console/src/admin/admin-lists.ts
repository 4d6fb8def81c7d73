import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'
import type { ListSearch } from '../shell/list-search.ts'

export type InstallUser = components['schemas']['InstallUser']

export const usersKey = ['admin', 'users']
export const usersQuery = (search: ListSearch) =>
  queryOptions({
    queryKey: [...usersKey, 'list', search],
    queryFn: () => answerOf(api.GET('/api/v1/superuser/users/', { params: { query: search } })),
    placeholderData: keepPreviousData,
  })

export const organizationsQuery = (search: ListSearch) =>
  queryOptions({
    queryKey: ['admin', 'organizations', search],
    queryFn: () =>
      answerOf(api.GET('/api/v1/superuser/organizations/', { params: { query: search } })),
    placeholderData: keepPreviousData,
  })

export const retiredNamesKey = ['admin', 'retired-names']
export const retiredNamesQuery = (search: ListSearch) =>
  queryOptions({
    queryKey: [...retiredNamesKey, search],
    queryFn: () =>
      answerOf(api.GET('/api/v1/superuser/retired-names', { params: { query: search } })),
    placeholderData: keepPreviousData,
  })
