import { Prisma } from '../generated/prisma/client.ts'
import type { Tx } from './types.ts'

/** What is done by one server at a time; each number is used for nothing else on the database. */
export const ADVISORY_LOCKS = {
  /** Prisma's own, so that its CLI is kept out as well. */
  migrations: 72_707_369,
  firstAccount: 7_209_003,
  signingKeys: 7_364_512_098,
  registryAuthority: 7_364_512_099,
  installationWebhooks: 7_364_512_100,
} as const

/** Until the transaction ends, no other one that asks for this lock goes on. */
export const lockUntilCommit = (tx: Tx, lock: keyof typeof ADVISORY_LOCKS) =>
  tx.$executeRaw(Prisma.sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS[lock]}::bigint)`)
