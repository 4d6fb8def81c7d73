import pg from 'pg'
import { startCluster } from '../../lab/cluster.ts'

const SETTINGS = ['max_connections=40', 'shared_buffers=32MB']

export type DatabaseServer = Awaited<ReturnType<typeof startDatabaseServer>>

/** A PostgreSQL whose databases the service owns, but no more: superusers have connections of their own. */
export async function startDatabaseServer() {
  const cluster = await startCluster(SETTINGS)

  async function query(sql: string, database = 'postgres') {
    const client = new pg.Client({ connectionString: cluster.urlOf('postgres', database) })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(sql)).rows as Record<string, unknown>[]
    } finally {
      await client.end()
    }
  }

  await query('CREATE ROLE app LOGIN')
  return {
    ...cluster,
    query,
    /** @returns its URL, for the service */
    async createDatabase(name: string) {
      await query(`CREATE DATABASE "${name}" OWNER app`)
      return cluster.urlOf('app', name)
    },
    /** Cuts every connection to a database. */
    cut: (database: string) =>
      query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`),
  }
}
