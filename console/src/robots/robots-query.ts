import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answerOf } from '../api/answer-of.ts'
import { type Owner, ownerApi } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import type { RobotsSearch } from './robots-search.ts'

export type ListedRobot = components['schemas']['ListedRobot']

const PAGE = 50

/** A page of robots, searched by the service; without their secrets. */
export const robotsQuery = (owner: Owner, search: RobotsSearch) =>
  queryOptions({
    queryKey: ['robots', owner, search],
    queryFn: () => {
      const query = { ...search, limit: PAGE, details: true, token: false }
      return answerOf(ownerApi(owner).GET('/robots', { params: { query } }))
    },
    // The page before stays until the next is there.
    placeholderData: keepPreviousData,
  })
