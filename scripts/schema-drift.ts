import { readFile } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { databaseOver } from '../src/db/client.ts'
import { connectTo } from '../src/db/embedded.ts'
import { migrate } from '../src/db/migrate.ts'
import { type Migration, readMigrations } from '../src/db/migrations-folder.ts'
import { createSchemaEngine } from './schema-engine.ts'

const EMPTY_SCRIPT = '-- This is an empty migration.'

export const SCHEMA_FILE = new URL('../prisma/schema.prisma', import.meta.url)

interface DriftInput {
  /** Text of schema.prisma; by default this package's. */
  schema?: string
  migrations?: readonly Migration[]
}

/**
 * The SQL that leads from the migrations to the schema, '' when they agree. What Prisma does not model,
 * such as CHECK constraints, is in the migrations alone and does not count.
 */
export async function schemaDrift(input: DriftInput = {}): Promise<string> {
  const { schema = await readFile(SCHEMA_FILE, 'utf8'), migrations = await readMigrations() } =
    input
  const pglite = await PGlite.create()
  const database = databaseOver(connectTo(pglite))
  try {
    await migrate(database, { migrations })
    // Not the service's adapter: it cannot read the catalog's "char" columns (prisma/prisma#27403).
    const connection = await new PrismaPGlite(pglite).connect()
    const engine = await createSchemaEngine(connection)
    const files = [{ path: 'schema.prisma', content: schema }]
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    return stdout === null || stdout.trim() === EMPTY_SCRIPT ? '' : stdout
  } finally {
    await database.close()
  }
}
