import { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx } from './client.ts'

/** Asks the database for nothing, to see whether it answers. */
export const ping = (db: DbOrTx) => db.$queryRaw(Prisma.sql`SELECT 1`)
