import type { Db } from '../../db/types.ts'
import { type Items, mapPieces } from '../../domain/json-pieces.ts'
import type { Requester } from '../../domain/limiter.ts'
import { type GrantHolder, listGrants, listTeamsOf, MOST_GATHERED } from '../../queries/grants.ts'
import { BY_NAME, BY_REPOSITORY } from '../paging.ts'
import type { LongLists } from './long-lists.ts'

/** How many names, or roles, of one holder are in memory at a time. */
const SLICE = 2_000

export type Belongings = ReturnType<typeof createBelongings>

/** The teams and the repositories that a user or a robot has in a namespace, however many there are. */
export function createBelongings({ db, longLists }: { db: Db; longLists: LongLists }) {
  const teamsOf = (holder: GrantHolder, namespaceId: string, requester: Requester) =>
    longLists.read(
      { limit: undefined },
      {
        order: BY_NAME,
        slice: SLICE,
        read: (page) => listTeamsOf(db, holder, namespaceId, page),
      },
      requester,
    ).items

  /** The roles given to the holder itself, in the order of the repositories' names. */
  const grantsOf = (holder: GrantHolder, namespaceId: string, requester: Requester) =>
    longLists.read(
      { limit: undefined },
      {
        order: BY_REPOSITORY,
        slice: SLICE,
        read: (page) => listGrants(db, holder, namespaceId, page),
      },
      requester,
    ).items

  return {
    grantsOf,

    /** All names. The first ones are known: at most `MOST_GATHERED` are all; one beyond says that there are more. */
    whole(
      holder: GrantHolder,
      namespaceId: string,
      gathered: { teams: string[]; repositories: string[] },
      requester: Requester,
    ): { teams: Items<string>; repositories: Items<string> } {
      const { teams, repositories } = gathered
      return {
        teams:
          teams.length > MOST_GATHERED
            ? mapPieces(teamsOf(holder, namespaceId, requester), ({ name }) => name)
            : teams,
        repositories:
          repositories.length > MOST_GATHERED
            ? mapPieces(grantsOf(holder, namespaceId, requester), ({ repository }) => repository)
            : repositories,
      }
    },
  }
}
