import type { DbOrTx } from '../db/types.ts'
import { emailKeyOf } from '../domain/email-rules.ts'
import { isName } from '../domain/names.ts'
import type { PolicyDocument, PolicyHolder } from '../domain/robot-policy.ts'

export interface Account extends PolicyHolder {
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
