import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { Slice } from '../domain/page.ts'
import type { RobotDetails } from '../domain/robot-details.ts'
import { MOST_GATHERED } from './grants.ts'
import { ROBOT_DETAILS } from './robot-details.ts'
import { ROBOT_COLUMNS, ROBOTS, type RobotRow } from './robots.ts'
import { unseen } from './unseen.ts'

/** Details, where they are asked for. */
export interface RobotListRow extends RobotRow, Partial<Omit<RobotDetails, 'lastAccessedAt'>> {
  /** At most `MOST_GATHERED` names and one more, in order (with too many, of any teams); null unless asked for. */
  teams: string[] | null
  repositories: string[] | null
}

interface RobotSlice extends Slice {
  namespaceId: string
  after: string
}

export interface ShownOfRobots {
  withPermissions: boolean
  withDetails: boolean
}

const GATHERED = `
  ARRAY(SELECT t.name FROM (SELECT team_id FROM team_members WHERE robot_id = r.id LIMIT ${MOST_GATHERED + 1}) m
        JOIN teams t ON t.id = m.team_id ORDER BY t.name) AS teams,
  ARRAY(SELECT g.repository_name FROM repository_permissions g
        WHERE g.robot_id = r.id AND g.namespace_id = r.namespace_id
        ORDER BY g.repository_name LIMIT ${MOST_GATHERED + 1}) AS repositories`

/** What else is shown of `robots r`. */
export const shownOfRobots = ({ withPermissions, withDetails }: ShownOfRobots) =>
  `${withPermissions ? GATHERED : 'NULL AS teams, NULL AS repositories'}${withDetails ? `, ${ROBOT_DETAILS}` : ''}`

/** The credential of `robots r`, looked up for each: PostgreSQL does not know how few of them are shown. */
export const CREDENTIAL =
  'LATERAL (SELECT * FROM robot_secrets s WHERE s.id = r.credential_id OFFSET 0) s'

const ofOwner = (value: (parameter: string) => string) => `
  r.namespace_id = ${value('$namespaceId::uuid')} AND r.name > ${value('$after')}
  ORDER BY r.name LIMIT ${value('$limit::bigint')}`

/** To plan what gathers roles and teams takes longer than to read a short page: that is planned once, for any values. */
const robotsFor = ({ withPermissions }: ShownOfRobots) =>
  withPermissions
    ? `(SELECT * FROM robots r WHERE ${ofOwner(unseen)}) r, ${CREDENTIAL} ORDER BY r.name`
    : `${ROBOTS} WHERE ${ofOwner(String)}`

const listRobotsWith = (shown: ShownOfRobots) =>
  statement<RobotListRow, RobotSlice>(
    `list_robots${shown.withPermissions ? '_with_permissions' : ''}${shown.withDetails ? '_with_details' : ''}`,
    `SELECT ${ROBOT_COLUMNS}, ${shownOfRobots(shown)} FROM ${robotsFor(shown)}`,
  )

const LIST_ROBOTS = listRobotsWith({ withPermissions: false, withDetails: false })
export const LIST_ROBOTS_WITH_PERMISSIONS = listRobotsWith({
  withPermissions: true,
  withDetails: false,
})
const LIST_ROBOTS_WITH_DETAILS = listRobotsWith({ withPermissions: false, withDetails: true })
const LIST_ROBOTS_WITH_ALL = listRobotsWith({ withPermissions: true, withDetails: true })

function listing({ withPermissions, withDetails }: ShownOfRobots) {
  if (withDetails) return withPermissions ? LIST_ROBOTS_WITH_ALL : LIST_ROBOTS_WITH_DETAILS
  return withPermissions ? LIST_ROBOTS_WITH_PERMISSIONS : LIST_ROBOTS
}

/** The robots of a namespace by name, in one statement: what each has is gathered and counted per robot. */
export const listRobots = (
  db: DbOrTx,
  namespaceId: string,
  { after = '', limit, ...shown }: Slice & ShownOfRobots,
) => rows(db, listing(shown), { namespaceId, after, limit })
