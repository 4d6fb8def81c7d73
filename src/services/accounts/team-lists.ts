import type { Db } from '../../db/types.ts'
import { notFound } from '../../domain/errors.ts'
import type { NameSort } from '../../domain/name-sort.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Page } from '../../domain/page.ts'
import { searchTeams, showTeam, type TeamSummary } from '../../queries/team-summaries.ts'
import { BY_NAME, type PageQuery, readPage } from '../paging.ts'

export type ListedTeam = Omit<TeamSummary, 'fits'>

interface TeamQuery extends PageQuery {
  /** What the names have in them; empty: anything. */
  text: string
  sort?: NameSort | undefined
  /** As whom teams are seen. */
  userId: string
}

export type TeamLists = ReturnType<typeof createTeamLists>

/** The teams of organizations as their members see them. */
export const createTeamLists = ({ db }: { db: Db }) => ({
  /** By name, with the beginning of their descriptions. @throws {ServiceError} `invalid_request` */
  list: (
    { id: organizationId }: Owner,
    { text, userId, sort = 'name', ...query }: TeamQuery,
  ): Promise<Page<ListedTeam>> =>
    readPage(query, BY_NAME, (slice) =>
      searchTeams(db, sort, { organizationId, userId, text, ...slice }),
    ),

  /** @throws {ServiceError} `not_found` */
  async show({ id }: Owner, name: string, userId: string): Promise<ListedTeam> {
    const found = await showTeam(db, id, userId, name)
    if (!found) throw notFound()
    return found
  },
})
