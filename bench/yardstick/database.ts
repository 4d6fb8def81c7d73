import pg from 'pg'
import { openEmbedded } from '../../src/db/embedded.ts'
import { valuesOf } from '../../src/db/statements.ts'
import type { Statement } from '../../src/db/types.ts'

export interface Store {
  /** Runs a statement, which each connection prepares once, under its name. */
  rows<Row, Values extends object>(
    statement: Statement<Row, Values>,
    values: NoInfer<Values>,
  ): Promise<Row[]>
  /** Has one connection do all that is done with its `rows`, in one transaction. */
  transaction<Result>(work: (tx: Pick<Store, 'rows'>) => Promise<Result>): Promise<Result>
  close(): Promise<void>
}

/** A pool as large as the service's or, in the folder, the service's own embedded database. */
export async function openStore(
  target: { databaseUrl: string } | { folder: string },
): Promise<Store> {
  const { pool, close } =
    'folder' in target ? await openEmbedded(target.folder) : await server(target.databaseUrl)
  return {
    rows: rowsOf(pool),
    async transaction(work) {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        const result = await work({ rows: rowsOf(client) })
        await client.query('COMMIT')
        return result
      } finally {
        client.release()
      }
    },
    close,
  }
}

const rowsOf =
  (queryable: Pick<pg.ClientBase, 'query'>): Store['rows'] =>
  async (statement, values) => {
    const { name, text } = statement
    return (await queryable.query({ name, text, values: valuesOf(statement, values) })).rows
  }

async function server(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 10 })
  return { pool, close: () => pool.end() }
}
