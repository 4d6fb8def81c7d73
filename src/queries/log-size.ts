import { rows } from '../db/statements.ts'
import type { Db, Statement } from '../db/types.ts'

export interface LogSize {
  /** Of the table with its indexes. */
  bytes: number
  /** As the database last estimated it. */
  entries: number
}

/** Costs the same however long the log is: sizes of files, and what statistics say. */
const LOG_SIZE: Statement<LogSize> = {
  name: 'log_size',
  text: `
    SELECT pg_total_relation_size(oid)::float8 AS bytes, greatest(reltuples, 0)::float8 AS entries
    FROM pg_class WHERE oid = 'audit_entries'::regclass`,
}

export const findLogSize = async (db: Db): Promise<LogSize | undefined> =>
  (await rows(db, LOG_SIZE, [])).at(0)
