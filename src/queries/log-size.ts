import type { Db } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'

export interface LogSize {
  /** Of the table with its indexes. */
  bytes: number
  /** As the database last estimated it. */
  entries: number
}

/** Costs the same however long the log is: it asks for sizes of files, and for what statistics say. */
export async function findLogSize(db: Db): Promise<LogSize | undefined> {
  const rows = await db.$queryRaw<LogSize[]>(Prisma.sql`
    SELECT pg_total_relation_size(oid)::float8 AS bytes, greatest(reltuples, 0)::float8 AS entries
    FROM pg_class WHERE oid = 'audit_entries'::regclass`)
  return rows[0]
}
