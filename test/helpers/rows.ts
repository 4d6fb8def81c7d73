import { randomUUID } from 'node:crypto'
import type { Db, Tx } from '../../src/db/types.ts'
import type { OrganizationRole } from '../../src/domain/organization-roles.ts'

// What a test reads from the tables, or puts there past the service.

type RepositoryRole = 'read' | 'write' | 'admin'

export async function namespaceId(db: Db, name: string): Promise<string> {
  return (await db.namespace.findUniqueOrThrow({ where: { name } })).id
}

/** Writes many rows, however long that takes a busy machine: the service bounds the time of each statement. */
export const writeMany = <Written>(db: Db, write: (tx: Tx) => Promise<Written>): Promise<Written> =>
  db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SET LOCAL statement_timeout = 0`
      return write(tx)
    },
    { timeout: 150_000 },
  )

/** For `copiesOf` a table whose rows have digests. */
export const NEW_DIGEST = "'digest', sha256((n || random()::text)::bytea)"

/**
 * SQL that copies the newest row of a table.
 *
 * @param numbers the first and the last number of a copy
 * @param others names and values of columns that are not those of the original; SQL, where `n` is the number
 */
export const copiesOf = (table: string, [first, last]: [number, number], others?: string) => {
  const id = "'id', md5(n || random()::text)::uuid"
  const changes = others === undefined ? id : `${id}, ${others}`
  return `
    INSERT INTO ${table} SELECT copy.* FROM generate_series(${first}, ${last}) n
    CROSS JOIN (SELECT * FROM ${table} ORDER BY xmin::text::bigint DESC LIMIT 1) one
    CROSS JOIN LATERAL jsonb_populate_record(
      NULL::${table}, to_jsonb(one) || jsonb_build_object(${changes})) copy`
}

/** Many users at once, past the service. */
export const addUsers = (db: Db, count: number, nameOf: (index: number) => string) =>
  db.namespace.createMany({
    data: Array.from({ length: count }, (_, index) => ({
      id: randomUUID(),
      name: nameOf(index),
      kind: 'user' as const,
      createdAt: new Date(),
    })),
  })

/** A robot's row, by `owner+name`. */
export async function robotRow(db: Db, fullName: string) {
  const [owner = '', name = ''] = fullName.split('+')
  return db.robot.findFirstOrThrow({ where: { name, namespace: { name: owner } } })
}

export const teamRow = (db: Db, organization: string, name: string) =>
  db.team.findFirstOrThrow({ where: { name, organization: { name: organization } } })

export interface NewTeam {
  name: string
  role: OrganizationRole
  /** Users, or robots by `owner+name`. */
  members?: string[]
}

export async function addTeam(
  db: Db,
  organization: string,
  { name, role, members = [] }: NewTeam,
): Promise<void> {
  const id = randomUUID()
  const organizationId = await namespaceId(db, organization)
  await db.team.create({ data: { id, organizationId, name, role, createdAt: new Date() } })
  for (const member of members) {
    const subject = member.includes('+')
      ? { robotId: (await robotRow(db, member)).id }
      : { userId: await namespaceId(db, member) }
    await db.teamMember.create({ data: { id: randomUUID(), teamId: id, ...subject } })
  }
}

/** What robots (`owner+name`) and teams of the organization may do in a repository. */
export interface RepositoryGrants {
  robots?: Record<string, RepositoryRole>
  teams?: Record<string, RepositoryRole>
}

/** A repository, `namespace/name`. */
export async function addRepository(
  db: Db,
  path: string,
  grants: RepositoryGrants = {},
  visibility: 'public' | 'private' = 'private',
): Promise<void> {
  const [owner = '', ...segments] = path.split('/')
  const name = segments.join('/')
  const repositoryId = randomUUID()
  const ownerId = await namespaceId(db, owner)
  await db.repository.create({
    data: { id: repositoryId, namespaceId: ownerId, name, visibility, createdAt: new Date() },
  })
  for (const [fullName, role] of Object.entries(grants.robots ?? {})) {
    const robotId = (await robotRow(db, fullName)).id
    await db.repositoryPermission.create({
      data: { id: randomUUID(), repositoryId, robotId, role },
    })
  }
  for (const [name, role] of Object.entries(grants.teams ?? {})) {
    const { id: teamId } = await teamRow(db, owner, name)
    await db.repositoryPermission.create({ data: { id: randomUUID(), repositoryId, teamId, role } })
  }
}

export async function setEnabled(db: Db, username: string, enabled: boolean): Promise<void> {
  await db.namespace.update({ where: { name: username }, data: { enabled } })
}

/** Deletes all accounts with what is theirs, and the audit log; faster than `database.reset()`. */
export async function deleteAccounts(service: {
  db: Db
  clearLog: () => Promise<void>
}): Promise<void> {
  await service.db.namespace.deleteMany()
  await service.clearLog()
}

/** Every row that a request could change, as text: two snapshots differ if anything did. */
export async function snapshot(db: Db): Promise<Record<string, string[]>> {
  const rows = await db.$queryRawUnsafe<{ name: string; row: string }[]>(
    `${TABLES.map((name) => `SELECT '${name}' AS name, t::text AS row FROM ${name} t`).join(' UNION ALL ')} ORDER BY 1, 2`,
  )
  const state: Record<string, string[]> = Object.fromEntries(TABLES.map((name) => [name, []]))
  for (const { name, row } of rows) state[name]?.push(row)
  return state
}

/** All but API tokens and signing keys, which change by being used. */
const TABLES = [
  ...[
    'namespaces',
    'robots',
    'robot_secrets',
    'federation_entry_rows',
    'teams',
    'team_members',
    'repositories',
  ],
  ...['repository_permissions', 'oauth_applications', 'audit_entries'],
]

/** The audit log, oldest first. */
export const auditEntries = (db: Db) => db.auditEntry.findMany({ orderBy: { id: 'asc' } })
