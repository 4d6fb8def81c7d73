import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'

export type Db = PrismaClient
export type Tx = Prisma.TransactionClient
export type DbOrTx = Db | Tx

/** The name of statements that no connection keeps prepared. */
export const UNNAMED = ''

/**
 * A statement of a busy path. Each connection prepares it once, under its name, and it goes past Prisma,
 * whose engine costs several times what the statement does (bench/README.md).
 */
export interface Statement<Row, Values = object> {
  /** Not used by any other statement; or `UNNAMED`. */
  name: string
  /** With `$1`, `$2` … for its parameters. */
  text: string
  /** What the parameters are called, in the order of their numbers. */
  parameters: readonly string[]
  /** Whether it may share a connection (`lookUp`). */
  isLookUp?: boolean
  /** Never set, as `values`: they hold the types of a row and of what it is asked for by. */
  row?: Row
  values?: Values
}
