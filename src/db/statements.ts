import type pg from 'pg'
import type { DbOrTx } from './client.ts'
import { PreparedQuery } from './prepared-query.ts'

/**
 * A statement of a busy path. Each connection prepares it once, under its name, and it goes past Prisma,
 * whose engine costs several times what the statement does (bench/README.md).
 */
export interface Statement<Row> {
  /** Not used by any other statement. */
  name: string
  text: string
  /** For the compiler only. */
  row?: Row
}

export type RunStatement = <Row>(statement: Statement<Row>, values: unknown[]) => Promise<Row[]>

/**
 * Runs a statement by itself or, within a transaction, as a part of that. Errors are those of Prisma's
 * queries as far as `uniqueViolation` and its like can tell.
 */
export const rows = <Row>(
  db: DbOrTx,
  statement: Statement<Row>,
  values: unknown[],
): Promise<Row[]> =>
  'run' in db ? db.run(statement, values) : db.$queryRawUnsafe<Row[]>(statement.text, ...values)

/** Runs statements on the pool that Prisma uses, so that there is one per process. */
export const statementsOn =
  (pool: pg.Pool): RunStatement =>
  <Row>(statement: Statement<Row>, values: unknown[]) =>
    new Promise<Row[]>((resolve, reject) => {
      const done = (error: Error | undefined, found: unknown) =>
        error ? reject(error) : resolve(found as Row[])
      pool.query(new PreparedQuery(statement, values) as never, undefined as never, done)
    })
