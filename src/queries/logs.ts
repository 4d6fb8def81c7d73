import type { DbOrTx } from '../db/types.ts'
import { idBounds, type Period } from '../domain/log-period.ts'
import type { Slice } from '../domain/page.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { deleteOldest, type Step } from './oldest.ts'

/** Which entries: of a user or an organization, of a repository, or all of the installation. */
export type LogScope =
  | { namespaceId: string; namespaceName?: string }
  | { repositoryId: string }
  | { installation: true }

export interface LogFilter extends Period {
  /** The exact name of who did it. */
  performer: string | undefined
  kind?: string | undefined
  /** Short name of the robot that it is about. */
  robot?: string | undefined
}

export interface LogRow {
  id: string
  kind: string
  metadata: Record<string, unknown>
  ip: string | null
  createdAt: Date
  performerName: string | null
  /** Whether the performer used the API token of a user or an application, and so is no robot. */
  viaToken: boolean
  namespaceName: string | null
  /** Null where the namespace is gone. */
  namespaceKind: 'user' | 'organization' | null
}

/**
 * The short name of the robot that an entry is about, as two indexes have it: of its own changes and log-ins; and of roles and
 * places in teams that it was given, or lost.
 */
const ROBOTS = [
  Prisma.sql`robot_of_entry(a.metadata)`,
  Prisma.sql`robot_given_in_entry(a.kind, a.metadata, a.namespace_name)`,
]

/** Which rows of `audit_entries a`, before other conditions. */
export function placeOf(scope: LogScope) {
  if ('namespaceId' in scope) return Prisma.sql`a.namespace_id = ${scope.namespaceId}::uuid AND`
  if ('repositoryId' in scope) return Prisma.sql`a.repository_id = ${scope.repositoryId}::uuid AND`
  return Prisma.empty
}

/** Which rows of `audit_entries a`. @param robots by which of the names of a robot */
export function logConditions(scope: LogScope, filter: LogFilter, robots = ROBOTS) {
  const { from, to } = idBounds(filter)
  const performer =
    filter.performer === undefined
      ? Prisma.empty
      : Prisma.sql`AND a.performer_name = ${filter.performer}`
  const kind = filter.kind === undefined ? Prisma.empty : Prisma.sql`AND a.kind = ${filter.kind}`
  const isRobot = robots.map((name) => Prisma.sql`${name} = ${filter.robot}`)
  const robot =
    filter.robot === undefined ? Prisma.empty : Prisma.sql`AND (${Prisma.join(isRobot, ' OR ')})`
  return Prisma.sql`${placeOf(scope)} a.id >= ${from}::uuid AND a.id < ${to}::uuid
    AND a.created_at >= ${filter.start} AND a.created_at < ${filter.end} ${performer} ${kind} ${robot}`
}

/** Statement of `listLogEntries`; tests look at its plan. Of a robot either index gives the newest, in its order. */
export function logEntriesQuery(scope: LogScope, filter: LogFilter, { after, limit }: Slice) {
  const before = after === undefined ? Prisma.empty : Prisma.sql`AND a.id < ${after}::uuid`
  const newest = (conditions: Prisma.Sql) => Prisma.sql`
    (SELECT a.* FROM audit_entries a WHERE ${conditions} ${before} ORDER BY a.id DESC LIMIT ${limit})`
  const found =
    filter.robot === undefined
      ? newest(logConditions(scope, filter))
      : Prisma.join(
          ROBOTS.map((name) => newest(logConditions(scope, filter, [name]))),
          ' UNION ALL ',
        )
  return Prisma.sql`
    SELECT a.id, a.kind, a.metadata, a.ip, a.created_at AS "createdAt",
           a.performer_name AS "performerName", a.token_id IS NOT NULL AS "viaToken",
           a.namespace_name AS "namespaceName",
           (SELECT n.kind::text FROM namespaces n WHERE n.id = a.namespace_id) AS "namespaceKind"
    FROM (${found}) a ORDER BY a.id DESC LIMIT ${limit}`
}

/** Entries by id, the newest first: ids are made in the order of time. */
export const listLogEntries = (db: DbOrTx, ...query: Parameters<typeof logEntriesQuery>) =>
  db.$queryRaw<LogRow[]>(logEntriesQuery(...query))

/** Deletes some of the oldest entries. */
export const deleteLogEntries = (db: DbOrTx, step: Step) =>
  deleteOldest(db, { table: 'audit_entries', key: 'id', time: 'created_at' }, step)
