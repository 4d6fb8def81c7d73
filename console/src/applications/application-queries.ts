import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'

export type Application = components['schemas']['Application']

export const applicationsKey = (orgname: string) => ['applications', orgname]

/** The OAuth applications of an organization that have a text in their names, without their secrets. */
export const applicationsQuery = (orgname: string, q = '') =>
  infiniteQueryOptions({
    queryKey: [...applicationsKey(orgname), 'list', q],
    queryFn: ({ pageParam }) => {
      const page = { ...(q && { q }), ...(pageParam && { next_page: pageParam }) }
      const query = { details: true, secret: false, ...page }
      const params = { path: { orgname }, query }
      return answerOf(api.GET('/api/v1/organization/{orgname}/applications', { params }))
    },
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
    placeholderData: keepPreviousData,
  })

export const applicationQuery = (orgname: string, client_id: string) =>
  queryOptions({
    queryKey: [...applicationsKey(orgname), client_id],
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/organization/{orgname}/applications/{client_id}', {
          params: { path: { orgname, client_id }, query: { details: true, secret: false } },
        }),
      ),
  })
