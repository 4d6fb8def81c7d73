import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { Slice } from '../domain/page.ts'
import { MOST_GATHERED } from './grants.ts'
import { ROBOT_COLUMNS, type RobotRow } from './robots.ts'

interface RobotListRow extends RobotRow {
  /** At most `MOST_GATHERED` names and one more, in order (with too many, of any teams); null unless asked for. */
  teams: string[] | null
  repositories: string[] | null
}

interface RobotSlice extends Slice {
  namespaceId: string
  after: string
}

const listRobotsWith = (gathered: string) => `
  SELECT ${ROBOT_COLUMNS}, ${gathered}
  FROM robots r WHERE r.namespace_id = $namespaceId::uuid AND r.name > $after
  ORDER BY r.name LIMIT $limit::bigint`

const LIST_ROBOTS = statement<RobotListRow, RobotSlice>(
  'list_robots',
  listRobotsWith('NULL AS teams, NULL AS repositories'),
)

export const LIST_ROBOTS_WITH_PERMISSIONS = statement<RobotListRow, RobotSlice>(
  'list_robots_with_permissions',
  listRobotsWith(`
    ARRAY(SELECT t.name FROM (SELECT team_id FROM team_members WHERE robot_id = r.id LIMIT ${MOST_GATHERED + 1}) m
          JOIN teams t ON t.id = m.team_id ORDER BY t.name) AS teams,
    ARRAY(SELECT g.repository_name FROM repository_permissions g
          WHERE g.robot_id = r.id AND g.namespace_id = r.namespace_id
          ORDER BY g.repository_name LIMIT ${MOST_GATHERED + 1}) AS repositories`),
)

/** The robots of a namespace by name, in one statement: teams and repositories are gathered per robot. */
export const listRobots = (
  db: DbOrTx,
  namespaceId: string,
  { after = '', limit, withPermissions }: Slice & { withPermissions: boolean },
) =>
  rows(db, withPermissions ? LIST_ROBOTS_WITH_PERMISSIONS : LIST_ROBOTS, {
    namespaceId,
    after,
    limit,
  })
