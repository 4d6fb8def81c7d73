import type { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx } from './client.ts'

export const insertAuditEntry = (db: DbOrTx, entry: Prisma.AuditEntryCreateInput) =>
  db.auditEntry.create({ data: entry, select: { id: true } })
