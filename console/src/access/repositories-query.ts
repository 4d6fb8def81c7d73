import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { ListSearch } from '../shell/list-search.ts'

/** A page of the repositories of a namespace that the caller may see, by name. */
export const repositoriesQuery = (namespace: string, asked: ListSearch) =>
  queryOptions({
    queryKey: ['repositories', namespace, asked],
    queryFn: () =>
      answerOf(api.GET('/api/v1/repository', { params: { query: { namespace, ...asked } } })),
    placeholderData: keepPreviousData,
  })
