import pg from 'pg'
import { ADVISORY_LOCKS } from './advisory-locks.ts'
import type { Database } from './client.ts'
import { MigrationError } from './migration-history.ts'

// Servers need rights on data only; who migrates owns the tables (docs/operations.md, "Two roles").

/** Whether the database's user could apply migrations: make tables, and change those that are there. */
export async function mayMigrate(client: pg.ClientBase): Promise<boolean> {
  const sql = `SELECT has_schema_privilege(current_schema(), 'CREATE') AND NOT EXISTS
      (SELECT FROM pg_tables WHERE schemaname = current_schema() AND tablename = '_prisma_migrations'
       AND NOT pg_has_role(tableowner, 'USAGE')) AS may`
  const { rows } = await client.query<{ may: boolean }>(sql)
  return rows[0]?.may === true
}

/**
 * Lets a role read and change the data in all tables that there are now, and nothing else: no table, and not
 * which migrations were applied. What it may already stays.
 *
 * @throws {MigrationError} when there is no such role, or the database's user may not give these rights
 */
export async function giveDataRights(database: Database, role: string): Promise<void> {
  try {
    await database.withMigrationConnection(async (client) => {
      const { rows } = await client.query<{ name: string }>('SELECT current_schema() AS name')
      const schema = pg.escapeIdentifier(String(rows[0]?.name))
      const to = pg.escapeIdentifier(role)
      // Statements sent together are one transaction (PostgreSQL, "Multiple Statements in a Simple Query").
      await client.query(
        `SET LOCAL statement_timeout = 0;
        SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.migrations});
        GRANT USAGE ON SCHEMA ${schema} TO ${to};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${to};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${to};
        REVOKE INSERT, UPDATE, DELETE ON ${schema}._prisma_migrations FROM ${to}`,
      )
    })
  } catch (error) {
    throw new MigrationError(
      `Cannot give rights to the role ${role}: ${(error as Error).message}.`,
      error,
    )
  }
}
