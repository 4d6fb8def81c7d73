import { rows, statement } from '../db/statements.ts'
import type { DbOrTx } from '../db/types.ts'
import { emailKeyOf } from '../domain/account-rules.ts'
import { isName } from '../domain/names.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import { Prisma } from '../generated/prisma/client.ts'

interface Account {
  id: string
  name: string
  kind: 'user' | 'organization'
  email: string | null
  enabled: boolean
}

export const findAccount = async (db: DbOrTx, name: string): Promise<Account | null> =>
  isName(name)
    ? db.namespace.findUnique({
        where: { name },
        select: { id: true, name: true, kind: true, email: true, enabled: true },
      })
    : null

interface Credentials {
  id: string
  name: string
  enabled: boolean
  superuser: boolean
  passwordHash: string | null
}

const CREDENTIALS = {
  id: true,
  name: true,
  enabled: true,
  superuser: true,
  passwordHash: true,
} satisfies Prisma.NamespaceSelect

/** A user by name or e-mail address (no name looks like one). No other query returns the password hash. */
export async function findCredentials(db: DbOrTx, login: string): Promise<Credentials | null> {
  if (isName(login)) {
    return db.namespace.findUnique({ where: { name: login, kind: 'user' }, select: CREDENTIALS })
  }
  return login.includes('@') && !login.includes('\0') ? findCredentialsByAddress(db, login) : null
}

/** Looks for the address as it is written first: where users have several spellings of one, only one has an `email_key`. */
async function findCredentialsByAddress(db: DbOrTx, email: string): Promise<Credentials | null> {
  const rows = await db.$queryRaw<Credentials[]>(Prisma.sql`
    SELECT id, name, enabled, superuser, password_hash AS "passwordHash" FROM namespaces
    WHERE kind = 'user' AND (email = ${email} OR email_key = ${email.toLowerCase()})
    ORDER BY email = ${email} DESC LIMIT 1`)
  return rows[0] ?? null
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
  passwordHash?: string
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

export const FIND_ACCOUNT_FOR_MEMBER = statement<MembershipRow, { name: string; userId: string }>(
  'find_account_for_member',
  `
    SELECT n.id, n.name, n.kind::text AS kind, n.email, n.enabled,
           ARRAY(SELECT t.role::text FROM teams t JOIN team_members m ON m.team_id = t.id
                 WHERE t.organization_id = n.id AND m.user_id = $userId::uuid) AS roles
    FROM namespaces n WHERE n.name = $name`,
)

/** An account by name, with the roles that the user's teams give in it (none where it is a user). */
export async function findAccountForMember(
  db: DbOrTx,
  name: string,
  userId: string,
): Promise<MembershipRow | undefined> {
  if (!isName(name)) return undefined
  const [found] = await rows(db, FIND_ACCOUNT_FOR_MEMBER, { name, userId })
  return found
}
