import pg from 'pg'
import { openEmbedded } from '../../src/db/embedded.ts'

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  name: string
  text: string
}

export interface Store {
  rows(statement: Statement, values: unknown[]): Promise<pg.QueryResultRow[]>
  close(): Promise<void>
}

/** A pool as large as the service's or, in the folder, the service's own embedded database. */
export async function openStore(
  target: { databaseUrl: string } | { folder: string },
): Promise<Store> {
  const { pool, close } =
    'folder' in target ? await openEmbedded(target.folder) : await server(target.databaseUrl)
  return {
    rows: async (statement, values) => (await pool.query({ ...statement, values })).rows,
    close,
  }
}

async function server(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 10 })
  return { pool, close: () => pool.end() }
}
