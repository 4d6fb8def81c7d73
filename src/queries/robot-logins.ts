import { lookUp, rows } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import type { PolicyHolder } from '../domain/robot-policy.ts'
import type { Robot, RobotSecret } from '../generated/prisma/client.ts'
import { columnsOf } from './columns.ts'
import {
  type RepositoriesWanted,
  type RepositoryPath,
  type RepositoryRoles,
  WANTED_OF_ROBOT,
  wantedRepositories,
} from './repository-roles.ts'

const CHECKED = [
  'id',
  'name',
  'credentialId',
  'lastAccessedAt',
  'enabled',
  'disabledReason',
  'expiresAt',
] as const

const SECRET = ['id', 'sealKeyId', 'digest', 'expiresAt', 'lastAccessedAt'] as const

/** What is known of a secret to check it. */
export type LoginSecret = Pick<RobotSecret, (typeof SECRET)[number]>

/** What decides whether a robot may act, whatever its credentials. */
export interface CheckedRobot extends Pick<Robot, (typeof CHECKED)[number]>, PolicyHolder {
  ownerId: string
  ownerName: string
  ownerEnabled: boolean
}

/** What is known of a robot to check its log-ins. */
export interface RobotLogin extends CheckedRobot {
  /** One or two. */
  secrets: LoginSecret[]
}

/** A robot with one of its secrets. */
export type RobotLoginRow = CheckedRobot & {
  [Field in keyof LoginSecret as `secret_${Field}`]: LoginSecret[Field]
}

const secretColumns = SECRET.map((field) => columnsOf([field], 's').replace('"', '"secret_')).join(
  ', ',
)

/** From `robots r` and its owner, `namespaces n`. */
export const CHECKED_COLUMNS = `${columnsOf(CHECKED, 'r')},
         n.id AS "ownerId", n.name AS "ownerName", n.enabled AS "ownerEnabled",
         n.robot_policy AS "robotPolicy"`

/** Those of a `RobotLoginRow`, from the robot's secrets `s`, too. */
export const LOGIN_COLUMNS = `${CHECKED_COLUMNS}, ${secretColumns}`
export const SECRETS = 'JOIN robot_secrets s ON s.robot_id = r.id'

/**
 * The robot `$name` of the owner `$owner`. Without the limit PostgreSQL may begin with all robots of that name, and each
 * owner may have a `deployer`.
 */
export const NAMED_ROBOT = `(SELECT * FROM namespaces WHERE name = $owner) n
  CROSS JOIN LATERAL (SELECT * FROM robots WHERE namespace_id = n.id AND name = $name LIMIT 1) r`

export const secretOf = (row: RobotLoginRow): LoginSecret => ({
  id: row.secret_id,
  sealKeyId: row.secret_sealKeyId,
  digest: row.secret_digest,
  expiresAt: row.secret_expiresAt,
  lastAccessedAt: row.secret_lastAccessedAt,
})

/** A robot that logs in to the registry. */
export interface RegistryLoginRobot extends RobotLogin {
  /** What roles it has in the repositories that were named, as `findRepositoryRoles` finds them. */
  repositories: RepositoryRoles[]
}

const WANTED = ['id', 'namespaceId', 'namespace', 'repository', 'isPublic', 'roles'] as const

/** A robot with one of its secrets and one of the repositories, or nulls where none of them is there. */
type RegistryLoginRow = RobotLoginRow & {
  [Field in (typeof WANTED)[number] as `wanted_${Field}`]: RepositoryRoles[Field]
}

export const FIND_ROBOT_LOGIN = lookUp<
  RegistryLoginRow,
  { owner: string; name: string } & RepositoriesWanted
>(
  'find_robot_login',
  `
  SELECT ${LOGIN_COLUMNS}, ${WANTED.map((field) => `w."${field}" AS "wanted_${field}"`).join(', ')}
  FROM ${NAMED_ROBOT} ${SECRETS} LEFT JOIN LATERAL (${WANTED_OF_ROBOT}) w ON true`,
)

/**
 * A robot by its name, and what it may do in some repositories: in one statement, before anybody knows whether it is the
 * robot that asks.
 *
 * @returns undefined where there is no such robot
 */
export async function findRobotLogin(
  db: DbOrTx,
  owner: string,
  name: string,
  repositories: readonly RepositoryPath[] = [],
): Promise<RegistryLoginRobot | undefined> {
  const values = { owner, name, ...wantedRepositories(repositories) }
  const found = await rows(db, FIND_ROBOT_LOGIN, values)
  const [robot] = found
  if (!robot) return undefined
  // There is a row for each secret and each repository.
  const secrets = new Map(found.map((row) => [row.secret_id, row]))
  const wanted = found.filter((row) => row.secret_id === robot.secret_id && row.wanted_id !== null)
  return Object.assign(robot, {
    secrets: [...secrets.values()].map(secretOf),
    repositories: wanted.map(rolesIn),
  })
}

const rolesIn = (row: RegistryLoginRow): RepositoryRoles => ({
  id: row.wanted_id,
  namespaceId: row.wanted_namespaceId,
  namespace: row.wanted_namespace,
  repository: row.wanted_repository,
  isPublic: row.wanted_isPublic,
  roles: row.wanted_roles,
})
