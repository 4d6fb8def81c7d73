import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { NIL_ID } from '../domain/ids.ts'
import type { NameSort } from '../domain/name-sort.ts'
import { isName } from '../domain/names.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { Slice } from '../domain/page.ts'
import { LISTED_DESCRIPTION } from '../domain/text-lengths.ts'
import { type HeavyRow, withoutHeavyTexts } from './heavy-texts.ts'
import { beforeAll, SQL_SORTS } from './name-order.ts'

/** A team as lists of teams show it to one user. */
export interface TeamSummary extends HeavyRow {
  id: string
  name: string
  description: string
  role: OrganizationRole
  isMember: boolean
  repositories: number
  members: number
}

interface TeamSlice extends Slice {
  organizationId: string
  /** As whom teams are seen. */
  userId: string
  after: string
}

/** What is shown of `teams t` beside its name and description. */
const TEAM_SUMMARY = `t.role::text AS role,
  EXISTS (SELECT FROM team_members m WHERE m.team_id = t.id AND m.user_id = $userId::uuid) AS "isMember",
  (SELECT count(*)::int FROM repository_permissions p WHERE p.team_id = t.id) AS repositories,
  (SELECT count(*)::int FROM team_members m WHERE m.team_id = t.id) AS members`

const LIST_TEAMS = statement<TeamSummary, TeamSlice>(
  'list_teams',
  withoutHeavyTexts(
    `SELECT t.id, t.name, t.description, ${TEAM_SUMMARY} FROM teams t WHERE t.organization_id = $organizationId::uuid AND t.id > $after::uuid
     ORDER BY t.id LIMIT $limit::int`,
    ['id', 'name', 'role', '"isMember"', 'repositories', 'members'],
    'id',
  ),
)

/** The teams of an organization in the order of their creation, as one user sees them. */
export const listTeams = (
  db: DbOrTx,
  organizationId: string,
  userId: string,
  { after = NIL_ID, limit }: Slice,
) => rows(db, LIST_TEAMS, { organizationId, userId, after, limit })

function searchBy(sort: NameSort, name: string) {
  const { after, direction } = SQL_SORTS[sort]
  return statement<Omit<TeamSummary, 'fits'>, TeamSlice & { text: string }>(
    name,
    `SELECT t.id, t.name, left(t.description, ${LISTED_DESCRIPTION}) AS description, ${TEAM_SUMMARY}
     FROM teams t
     WHERE t.organization_id = $organizationId::uuid AND t.name ${after} $after AND strpos(t.name, $text) > 0
     ORDER BY t.name ${direction} LIMIT $limit::int`,
  )
}

const SEARCH_TEAMS = {
  name: searchBy('name', 'search_teams'),
  '-name': searchBy('-name', 'search_teams_from_last'),
}

/** The teams of an organization that have a text in their names, by name, as one user sees them. */
export const searchTeams = (
  db: DbOrTx,
  sort: NameSort,
  { after = beforeAll(sort), ...wanted }: Slice & Omit<TeamSlice, 'after'> & { text: string },
) => rows(db, SEARCH_TEAMS[sort], { after, ...wanted })

const SHOW_TEAM = statement<
  Omit<TeamSummary, 'fits'>,
  { organizationId: string; userId: string; name: string }
>(
  'show_team',
  `SELECT t.id, t.name, t.description, ${TEAM_SUMMARY}
   FROM teams t WHERE t.organization_id = $organizationId::uuid AND t.name = $name`,
)

/** One team as one user sees it. */
export async function showTeam(db: DbOrTx, organizationId: string, userId: string, name: string) {
  if (!isName(name)) return undefined
  const [found] = await rows(db, SHOW_TEAM, { organizationId, userId, name })
  return found
}
