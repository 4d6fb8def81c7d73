import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { type Actor, memberOf } from '../domain/actor.ts'
import { emailKeyOf } from '../domain/email-rules.ts'
import { isName } from '../domain/names.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { PolicyDocument, PolicyHolder } from '../domain/robot-policy.ts'

interface Account extends PolicyHolder {
  id: string
  name: string
  kind: 'user' | 'organization'
  email: string | null
  enabled: boolean
}

const ACCOUNT = { id: true, name: true, kind: true, email: true, enabled: true } as const

export async function findAccount(db: DbOrTx, name: string): Promise<Account | null> {
  if (!isName(name)) return null
  const found = await db.namespace.findUnique({
    where: { name },
    select: { ...ACCOUNT, robotPolicy: true },
  })
  return found && { ...found, robotPolicy: found.robotPolicy as PolicyDocument | null }
}

/** Whether any account exists; reads one row at most. */
export const hasAccounts = async (db: DbOrTx) =>
  (await db.namespace.findFirst({ where: { deletedAt: null }, select: { id: true } })) !== null

/** Which of the names accounts have, in their order. */
export async function namesInUse(db: DbOrTx, names: string[]) {
  const found = await db.namespace.findMany({
    where: { name: { in: names } },
    orderBy: { name: 'asc' },
    select: { name: true },
  })
  return found.map(({ name }) => name)
}

interface NewAccount {
  id: string
  name: string
  kind: 'user' | 'organization'
  email: string | null
  passwordHash?: string | null
  superuser?: boolean
  createdAt: Date
  /** The user who makes an organization; null: a command. */
  creatorId?: string | null
}

export const insertAccount = (db: DbOrTx, account: NewAccount) =>
  db.namespace.create({ data: { ...account, ...emailKeyOf(account) }, select: { id: true } })

interface MembershipRow extends Account {
  roles: OrganizationRole[]
}

const findForMember = (column: 'user_id' | 'robot_id') =>
  statement<MembershipRow, { name: string; memberId: string }>(
    `find_account_for_${column}`,
    `
    SELECT n.id, n.name, n.kind::text AS kind, n.email, n.enabled, n.robot_policy AS "robotPolicy",
           ARRAY(SELECT t.role::text FROM teams t JOIN team_members m ON m.team_id = t.id
                 WHERE t.organization_id = n.id AND m.${column} = $memberId::uuid) AS roles
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
): Promise<MembershipRow | undefined> {
  if (!isName(name)) return undefined
  const { kind, id: memberId } = memberOf(actor)
  const [found] = await rows(db, FIND_ACCOUNT_FOR_MEMBER[kind], { name, memberId })
  return found
}
