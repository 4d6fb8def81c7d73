import { Prisma } from '../generated/prisma/client.ts'
import type { Tx } from './client.ts'

/** Any number that no other advisory lock of this service uses. */
const FIRST_ACCOUNT_LOCK = 7_209_003

/** Until the transaction ends, nobody else can find the database empty and create the first account. */
export const lockFirstAccount = (tx: Tx) =>
  tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(${FIRST_ACCOUNT_LOCK}::bigint)`)
