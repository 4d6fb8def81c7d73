import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { type Actor, memberOf } from '../domain/actor.ts'
import { isName } from '../domain/names.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { PolicyHolder } from '../domain/robot-policy.ts'
import type { Account } from './accounts.ts'

/** An account, and what its teams give a member of them in it; none where it is a user. */
export interface Membership extends Pick<Account, 'id' | 'name' | 'kind'>, PolicyHolder {
  roles: OrganizationRole[]
}

type MemberColumn = 'user_id' | 'robot_id'

/** An SQL array of the roles that a member has in an organization. */
const rolesIn = (organizationId: string, column: MemberColumn, memberId: string) => `
  ARRAY(SELECT team.role::text FROM teams team JOIN team_members member ON member.team_id = team.id
        WHERE team.organization_id = ${organizationId} AND member.${column} = ${memberId})`

const findForMember = (column: MemberColumn) =>
  statement<Membership & Account, { name: string; memberId: string }>(
    `find_account_for_${column}`,
    `
    SELECT n.id, n.name, n.kind::text AS kind, n.email, n.enabled, n.robot_policy AS "robotPolicy",
           ${rolesIn('n.id', column, '$memberId::uuid')} AS roles
    FROM namespaces n WHERE n.name = $name`,
  )

export const FIND_ACCOUNT_FOR_MEMBER = {
  user: findForMember('user_id'),
  robot: findForMember('robot_id'),
}

/** An account by name, with the roles that the caller's teams give in it (none where it is a user). */
export async function findAccountForMember(
  db: DbOrTx,
  name: string,
  actor: Actor | undefined,
): Promise<(Membership & Account) | undefined> {
  if (!isName(name)) return undefined
  const { kind, id: memberId } = memberOf(actor)
  const [found] = await rows(db, FIND_ACCOUNT_FOR_MEMBER[kind], { name, memberId })
  return found
}

/** What was read of the namespace of a name in one statement with the caller. */
export interface Standing {
  name: string
  /** Undefined where there is no such namespace. */
  membership: Membership | undefined
}

/** What a statement returns besides, for `standingIn`. */
export interface StandingRow {
  standing_id: string | null
  standing_kind: Account['kind']
  standing_policy: PolicyHolder['robotPolicy']
  standing_roles: OrganizationRole[]
}

/** The columns of a `StandingRow`, from the namespace `standing`, which may be none. @param memberId in SQL */
export const standingColumns = (column: MemberColumn, memberId: string) => `
  standing.id AS standing_id, standing.kind::text AS standing_kind,
  standing.robot_policy AS standing_policy, ${rolesIn('standing.id', column, memberId)} AS standing_roles`

/** The namespace that a statement is told as `$namespace`; null: none is asked for. */
export const NAMED_STANDING = 'LEFT JOIN namespaces standing ON standing.name = $namespace'

/** What no namespace can be called is not asked for. */
export const namespaceAsked = (name: string | undefined) =>
  name !== undefined && isName(name) ? name : null

export const standingIn = (row: StandingRow, name: string): Standing => ({
  name,
  membership:
    row.standing_id === null
      ? undefined
      : {
          id: row.standing_id,
          name,
          kind: row.standing_kind,
          robotPolicy: row.standing_policy,
          roles: row.standing_roles,
        },
})
