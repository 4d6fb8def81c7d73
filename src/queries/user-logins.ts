import type { DbOrTx } from '../db/types.ts'
import { userLoginBy } from '../domain/login-kind.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** What is known of a user to check a log-in. */
export interface UserLogin {
  id: string
  name: string
  enabled: boolean
  superuser: boolean
  passwordHash: string | null
}

const CHECKED = {
  id: true,
  name: true,
  enabled: true,
  superuser: true,
  passwordHash: true,
} satisfies Prisma.NamespaceSelect

/** A user by name or e-mail address. No other query returns the password hash. */
export async function findUserLogin(db: DbOrTx, login: string): Promise<UserLogin | null> {
  const by = userLoginBy(login)
  if (by === 'name') {
    return db.namespace.findUnique({ where: { name: login, kind: 'user' }, select: CHECKED })
  }
  return by === 'email' ? findByAddress(db, login) : null
}

/** Looks for the address as it is written first: where users have several spellings of one, only one has an `email_key`. */
async function findByAddress(db: DbOrTx, email: string): Promise<UserLogin | null> {
  const rows = await db.$queryRaw<UserLogin[]>(Prisma.sql`
    SELECT id, name, enabled, superuser, password_hash AS "passwordHash" FROM namespaces
    WHERE kind = 'user' AND (email = ${email} OR email_key = ${email.toLowerCase()})
    ORDER BY email = ${email} DESC LIMIT 1`)
  return rows[0] ?? null
}
