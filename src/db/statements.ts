import type pg from 'pg'
import { runPrepared } from './prepared-query.ts'
import type { Db, DbOrTx, Statement } from './types.ts'

/** The pool of each client. The client of a transaction has none: its statements go through Prisma. */
const pools = new WeakMap<object, pg.Pool>()

/** Lets the statements of a client run on the pool that it uses, so that there is one per process. */
export const usePool = (db: Db, pool: pg.Pool) => pools.set(db, pool)

/**
 * Runs a statement by itself or, within a transaction, as a part of that. Errors are those of Prisma's
 * queries as far as `uniqueViolation` and its like can tell.
 */
export function rows<Row>(
  db: DbOrTx,
  statement: Statement<Row>,
  values: unknown[],
): Promise<Row[]> {
  const pool = pools.get(db)
  if (!pool) return db.$queryRawUnsafe<Row[]>(statement.text, ...values)
  return runPrepared(pool, statement, values)
}
