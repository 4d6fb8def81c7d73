import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { api } from '../api/api.ts'
import { changed, type RobotsSearch, readRobotsSearch } from '../robots/robots-search.ts'

const PAGE = 50
/** Most robots of an answer. */
const MOST = 100

const read = (search: RobotsSearch, limit: number) =>
  answerOf(
    api.GET('/api/v1/superuser/robots', { params: { query: { ...search, limit, details: true } } }),
  )

/** A page of robots of all owners, searched by the service. */
export const allRobotsQuery = (search: RobotsSearch) =>
  queryOptions({
    queryKey: ['all-robots', search],
    queryFn: () => read(search, PAGE),
    placeholderData: keepPreviousData,
  })

/** All pages. */
export async function* allRobots(search: RobotsSearch) {
  let page: RobotsSearch | undefined = changed(search, {})
  while (page) {
    const { robots, next_page }: Awaited<ReturnType<typeof read>> = await read(page, MOST)
    yield* robots
    page = next_page ? { ...page, next_page } : undefined
  }
}

/** The search with a change, from its first page on; what is empty is left out. */
export const asked = (search: RobotsSearch, change: Record<string, string>): RobotsSearch =>
  readRobotsSearch({ ...changed(search, {}), ...change })
