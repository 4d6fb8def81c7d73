import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import { changed, type RobotsSearch } from './robots-search.ts'

export type ListedRobot = components['schemas']['ListedRobot']

const PAGE = 50
/** How many are read at a time where all are wanted. */
const MANY = 200

const read = (owner: Owner, search: RobotsSearch, limit: number) => {
  const query = { ...search, limit, details: true, token: false }
  return answerOf(ownerApi(owner).GET('/robots', { params: { query } }))
}

/** A page of robots, searched by the service; without their secrets. */
export const robotsQuery = (owner: Owner, search: RobotsSearch) =>
  queryOptions({
    queryKey: ['robots', owner, search],
    queryFn: () => read(owner, search, PAGE),
    // The page before stays until the next is there.
    placeholderData: keepPreviousData,
  })

/** All pages of a search. */
export async function* allRobotsOf(owner: Owner, search: RobotsSearch) {
  let page: RobotsSearch | undefined = changed(search, {})
  while (page) {
    const { robots, next_page }: Awaited<ReturnType<typeof read>> = await read(owner, page, MANY)
    yield* robots
    page = next_page ? { ...page, next_page } : undefined
  }
}
