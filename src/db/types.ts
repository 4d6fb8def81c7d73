import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'

export type Db = PrismaClient
export type Tx = Prisma.TransactionClient
export type DbOrTx = Db | Tx

/**
 * A statement of a busy path. Each connection prepares it once, under its name, and it goes past Prisma,
 * whose engine costs several times what the statement does (bench/README.md).
 */
export interface Statement<Row> {
  /** Not used by any other statement. */
  name: string
  text: string
  /** Never set: it holds the type of a row. */
  row?: Row
}
