import { PGlite } from '@electric-sql/pglite'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import pg from 'pg'

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  name: string
  text: string
}

export interface Store {
  rows(statement: Statement, values: unknown[]): Promise<pg.QueryResultRow[]>
  close(): Promise<void>
}

/** A pool as the service has one: as large, and over the same bridge to PGlite. */
export async function openStore(target: { databaseUrl?: string; folder?: string }): Promise<Store> {
  const { pool, close } =
    target.databaseUrl === undefined
      ? await embedded(target.folder ?? '')
      : await server(target.databaseUrl)
  return {
    rows: async (statement, values) => (await pool.query({ ...statement, values })).rows,
    close,
  }
}

async function server(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: 10 })
  return { pool, close: () => pool.end() }
}

async function embedded(folder: string) {
  const pglite = await PGlite.create(folder, { relaxedDurability: false })
  const config = createPgConfig(pglite)
  const { connection } = config
  const parse = connection.parse.bind(connection)
  connection.parse = ({ name, text }) => parse({ name, text })
  const pool = new pg.Pool({ ...config, max: 1, idleTimeoutMillis: 0 })
  const close = async () => {
    await pool.end()
    await pglite.close()
  }
  return { pool, close }
}
