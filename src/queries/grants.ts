import { rows, statement } from '../db/statements.ts'
import type { DbOrTx, Statement } from '../db/types.ts'
import type { Slice } from '../domain/page.ts'
import type { Grant } from '../domain/repository-roles.ts'

/**
 * Most names of teams and repositories that a list gathers in the row of each holder. One more name says that there are
 * more: the lists below have all of them.
 */
export const MOST_GATHERED = 100

/** Who has roles: robots and users, by themselves and through teams, and teams. */
export interface GrantHolder {
  kind: 'robot' | 'user' | 'team'
  id: string
}

const KINDS = ['robot', 'user', 'team'] as const

interface SliceOf extends Slice {
  holderId: string
  namespaceId: string
  after: string
}

const ofEachKind = <Row>(statementOf: (kind: GrantHolder['kind']) => Statement<Row, SliceOf>) =>
  Object.fromEntries(KINDS.map((kind) => [kind, statementOf(kind)])) as Record<
    GrantHolder['kind'],
    Statement<Row, SliceOf>
  >

const LIST_GRANTS = ofEachKind((kind) =>
  statement<Grant, SliceOf>(
    `list_grants_of_${kind}`,
    `
    SELECT g.repository_name AS repository, g.role::text AS role,
           (SELECT p.visibility = 'public' FROM repositories p WHERE p.id = g.repository_id) AS "isPublic"
    FROM repository_permissions g
    WHERE g.${kind}_id = $holderId::uuid AND g.namespace_id = $namespaceId::uuid
      AND g.repository_name > $after
    ORDER BY g.repository_name LIMIT $limit::bigint`,
  ),
)

/** The repositories of a namespace that were granted to somebody, not through teams, by name. */
export const listGrants = (
  db: DbOrTx,
  { kind, id }: GrantHolder,
  namespaceId: string,
  { after = '', limit }: Slice,
) => rows(db, LIST_GRANTS[kind], { holderId: id, namespaceId, after, limit })

const LIST_TEAMS = ofEachKind((kind) =>
  statement<{ name: string }, SliceOf>(
    `list_teams_of_${kind}`,
    `
    SELECT t.name FROM team_members m JOIN teams t ON t.id = m.team_id
    WHERE m.${kind}_id = $holderId::uuid AND t.organization_id = $namespaceId::uuid AND t.name > $after
    ORDER BY t.name LIMIT $limit::bigint`,
  ),
)

/** The teams of an organization that somebody is in, by name. */
export const listTeamsOf = (
  db: DbOrTx,
  { kind, id }: GrantHolder,
  namespaceId: string,
  { after = '', limit }: Slice,
) => rows(db, LIST_TEAMS[kind], { holderId: id, namespaceId, after, limit })
