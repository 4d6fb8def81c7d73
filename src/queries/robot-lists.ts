import { rows } from '../db/statements.ts'
import type { DbOrTx, Statement } from '../db/types.ts'
import type { RobotRow } from './robots.ts'

interface RobotListRow extends RobotRow {
  /** Names, in order; null unless asked for. */
  teams: string[] | null
  repositories: string[] | null
}

interface RobotPage {
  limit: number
  /** The last name of the page before. */
  after: string | undefined
  withPermissions: boolean
}

const listRobotsWith = (gathered: string) => `
  SELECT r.id, r.name, r.description, r.token_key_id AS "tokenKeyId",
         r.token_sealed AS "tokenSealed", r.created_at AS "createdAt",
         r.last_accessed_at AS "lastAccessedAt", ${gathered}
  FROM robots r WHERE r.namespace_id = $1::uuid AND r.name > $2
  ORDER BY r.name LIMIT $3::bigint`

const LIST: Statement<RobotListRow> = {
  name: 'list_robots',
  text: listRobotsWith('NULL AS teams, NULL AS repositories'),
}

const LIST_WITH_PERMISSIONS: Statement<RobotListRow> = {
  name: 'list_robots_with_permissions',
  text: listRobotsWith(`
    ARRAY(SELECT t.name FROM team_members m JOIN teams t ON t.id = m.team_id
          WHERE m.robot_id = r.id ORDER BY t.name) AS teams,
    ARRAY(SELECT p.name FROM repository_permissions g JOIN repositories p ON p.id = g.repository_id
          WHERE g.robot_id = r.id ORDER BY p.name) AS repositories`),
}

/** The robots of a namespace by name, in one statement: teams and repositories are gathered per robot. */
export const listRobots = (db: DbOrTx, namespaceId: string, page: RobotPage) =>
  rows(db, page.withPermissions ? LIST_WITH_PERMISSIONS : LIST, [
    namespaceId,
    page.after ?? '',
    page.limit,
  ])
