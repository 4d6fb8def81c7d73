import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import type { components } from '../generated/openapi.d.ts'
import type { MatrixSearch } from './matrix-search.ts'

export type Matrix = components['schemas']['AccessMatrix']
export type Holder = Matrix['holders'][number]

/** Most holders that one answer has. */
const MOST = 100

/** What names have in them: they do not begin with that of their organization, as people write them. */
const inName = (orgname: string, text: string) =>
  text.startsWith(`${orgname}/`) ? text.slice(orgname.length + 1) : text

const read = (
  orgname: string,
  { repository, repository_q: text, ...search }: MatrixSearch,
  limit?: number,
) =>
  answerOf(
    api.GET('/api/v1/organization/{orgname}/access', {
      params: {
        path: { orgname },
        query: {
          ...search,
          ...(repository !== undefined && { repository: [repository] }),
          ...(text !== undefined && { repository_q: inName(orgname, text) }),
          ...(limit && { limit }),
        },
      },
    }),
  )

export const matrixKey = (organization: string) => ['access', organization]

/** A page of holders, and of repositories. */
export const matrixQuery = (organization: string, search: MatrixSearch) =>
  queryOptions({
    queryKey: [...matrixKey(organization), search],
    queryFn: () => read(organization, search),
    placeholderData: keepPreviousData,
  })

/** What all holders, of all pages, may do in the repositories that are shown. */
export async function* allAccess(organization: string, { next_page: _, ...search }: MatrixSearch) {
  let page: MatrixSearch | undefined = search
  while (page) {
    const { holders, next_page }: Matrix = await read(organization, page, MOST)
    for (const { kind, name, access } of holders) {
      for (const one of access) yield { kind, name, ...one }
    }
    page = next_page ? { ...search, next_page } : undefined
  }
}

/** Holders, page below page. */
export const holdersQuery = (organization: string, search: MatrixSearch) =>
  infiniteQueryOptions({
    queryKey: [...matrixKey(organization), 'holders', search],
    queryFn: ({ pageParam }) =>
      read(organization, pageParam ? { ...search, next_page: pageParam } : search),
    initialPageParam: '',
    getNextPageParam: ({ next_page }) => next_page,
  })
