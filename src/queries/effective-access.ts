import { rows, statement, unnamed } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import {
  type AccessSource,
  HOLDER_KINDS,
  type HolderKind,
  MOST_SOURCES,
} from '../domain/effective-access.ts'
import type { Slice } from '../domain/page.ts'
import { IN_ALL_REPOSITORIES as ALL, type RepositoryRole } from '../domain/repository-roles.ts'

export interface AccessRow {
  holderId: string
  repository: string
  isPublic: boolean
  /** The highest first, and not empty. */
  sources: AccessSource[]
}

interface CellsWanted {
  namespaceId: string
  holderIds: string[]
  /** Names without the namespace. */
  repositories: string[]
}

/** A role as in the tables, so that the highest can be told. */
const ADMIN = `'${ALL.role}'::repository_role`

/** The sources of the role that holder `h` has in repository `p`: rows of role, `from` and team. */
const SOURCES: Record<HolderKind, string> = {
  team: `
    SELECT g.role, 'direct' AS source, NULL AS team FROM repository_permissions g
    WHERE g.repository_id = p.id AND g.team_id = h.id
    UNION ALL
    SELECT ${ADMIN}, 'administrators', t.name FROM teams t WHERE t.id = h.id AND t.role = '${ALL.of}'`,
  user: sourcesOfMember('user_id'),
  robot: sourcesOfMember('robot_id'),
}

function sourcesOfMember(column: 'user_id' | 'robot_id') {
  return `
    SELECT g.role, 'direct' AS source, NULL AS team FROM repository_permissions g
    WHERE g.repository_id = p.id AND g.${column} = h.id
    UNION ALL
    SELECT g.role, 'team', (SELECT t.name FROM teams t WHERE t.id = m.team_id)
    FROM team_members m JOIN repository_permissions g ON g.team_id = m.team_id
    WHERE m.${column} = h.id AND g.repository_id = p.id
    UNION ALL
    SELECT ${ADMIN}, 'administrators', t.name FROM team_members m
    CROSS JOIN LATERAL (SELECT name FROM teams WHERE id = m.team_id
                        AND organization_id = $namespaceId::uuid AND role = '${ALL.of}' LIMIT 1) t
    WHERE m.${column} = h.id`
}

const byKind = <Value>(make: (kind: HolderKind) => Value) =>
  Object.fromEntries(HOLDER_KINDS.map((kind) => [kind, make(kind)])) as Record<HolderKind, Value>

/** The arrays are read in subqueries, or PostgreSQL would plan each request anew, for just their numbers of items. */
const FIND_ACCESS = byKind((kind) =>
  statement<AccessRow, CellsWanted>(
    `find_access_of_${kind}`,
    `SELECT h.id AS "holderId", p.name AS repository, p.visibility = 'public' AS "isPublic", s.sources
     FROM unnest((SELECT $holderIds::uuid[])) h (id)
     CROSS JOIN unnest((SELECT $repositories::text[])) wanted (name)
     CROSS JOIN LATERAL (SELECT id, name, visibility FROM repositories
                         WHERE namespace_id = $namespaceId::uuid AND name = wanted.name LIMIT 1) p
     CROSS JOIN LATERAL (
       SELECT json_agg(json_strip_nulls(json_build_object('role', role, 'from', source, 'team', team))) AS sources
       FROM (SELECT * FROM (${SOURCES[kind]}) found
             ORDER BY role DESC, source = 'direct' DESC, team LIMIT ${MOST_SOURCES}) highest) s
     WHERE s.sources IS NOT NULL`,
  ),
)

/** What holders of one kind may do in some repositories of a namespace; those without a role there are left out. */
export const findAccess = (db: DbOrTx, kind: HolderKind, wanted: CellsWanted) =>
  rows(db, FIND_ACCESS[kind], wanted)

export interface AccessColumn {
  id: string
  name: string
  isPublic: boolean
}

interface ColumnsWanted {
  namespaceId: string
  /** What the names have in them; empty: anything. */
  text: string
}

const COLUMN = `id, name, visibility = 'public' AS "isPublic"`

const LIST_COLUMNS = statement<AccessColumn, ColumnsWanted & Slice & { after: string }>(
  'list_access_columns',
  `SELECT ${COLUMN} FROM repositories
   WHERE namespace_id = $namespaceId::uuid AND name > $after AND strpos(name, $text) > 0
   ORDER BY name LIMIT $limit::bigint`,
)

/** Repositories of a namespace by name. */
export const listColumns = (
  db: DbOrTx,
  { after = '', limit, ...wanted }: ColumnsWanted & Slice,
): Promise<AccessColumn[]> => rows(db, LIST_COLUMNS, { after, limit, ...wanted })

const FIND_COLUMNS = statement<AccessColumn, { namespaceId: string; names: string[] }>(
  'find_access_columns',
  `SELECT ${COLUMN} FROM repositories
   WHERE namespace_id = $namespaceId::uuid AND name = ANY($names::text[]) ORDER BY name`,
)

/** Those of the repositories that there are, by name. */
export const findColumns = (db: DbOrTx, namespaceId: string, names: string[]) =>
  rows(db, FIND_COLUMNS, { namespaceId, names })

export interface HolderRow {
  id: string
  /** Of a robot the short one. */
  name: string
}

interface HoldersWanted {
  namespaceId: string
  /** What the names have in them; empty: anything. */
  text: string
  /** Only who has at least this role in one of the repositories. */
  role: RepositoryRole | undefined
  repositoryIds: string[]
}

/** Everybody of a kind, whether they have a role or not; users, where they are in a team or were given a role. */
const EVERYBODY: Record<HolderKind, string> = {
  team: 'SELECT id, name FROM teams WHERE organization_id = $namespaceId::uuid',
  robot: 'SELECT id, name FROM robots WHERE namespace_id = $namespaceId::uuid',
  user: `SELECT n.id, n.name FROM (
      SELECT m.user_id FROM teams t JOIN team_members m ON m.team_id = t.id
      WHERE t.organization_id = $namespaceId::uuid
      UNION
      SELECT g.user_id FROM repositories p JOIN repository_permissions g ON g.repository_id = p.id
      WHERE p.namespace_id = $namespaceId::uuid) found JOIN namespaces n ON n.id = found.user_id`,
}

/** Some have the role in these ways: their ids. */
const REACHES = 'g.repository_id = ANY($repositoryIds::uuid[]) AND g.role >= $role::repository_role'
const withRole = (column: 'user_id' | 'robot_id') => `
  SELECT g.${column} AS id FROM repository_permissions g WHERE ${REACHES} AND g.${column} IS NOT NULL
  UNION
  SELECT m.${column} FROM repository_permissions g JOIN team_members m ON m.team_id = g.team_id
  WHERE ${REACHES} AND m.${column} IS NOT NULL
  UNION
  SELECT m.${column} FROM teams t JOIN team_members m ON m.team_id = t.id
  WHERE t.organization_id = $namespaceId::uuid AND t.role = '${ALL.of}' AND m.${column} IS NOT NULL`

const WITH_ROLE: Record<HolderKind, string> = {
  team: `SELECT id, name FROM teams h WHERE organization_id = $namespaceId::uuid
    AND (h.role = '${ALL.of}' OR EXISTS (SELECT FROM repository_permissions g WHERE g.team_id = h.id AND ${REACHES}))`,
  robot: `SELECT r.id, r.name FROM (${withRole('robot_id')}) found JOIN robots r ON r.id = found.id`,
  user: `SELECT n.id, n.name FROM (${withRole('user_id')}) found JOIN namespaces n ON n.id = found.id`,
}

/** Who has roles in the repositories of a namespace, or might be given some, of one kind by name. */
export const listHolders = (
  db: DbOrTx,
  kind: HolderKind,
  { after = '', limit, role, ...wanted }: HoldersWanted & Slice,
): Promise<HolderRow[]> =>
  rows(
    db,
    unnamed<HolderRow, object>(
      `SELECT id, name FROM (${(role ? WITH_ROLE : EVERYBODY)[kind]}) h
       WHERE name > $after AND strpos(name, $text) > 0 ORDER BY name LIMIT $limit::bigint`,
    ),
    { after, limit, role, ...wanted },
  )
