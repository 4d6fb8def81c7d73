import { schemaDrift } from './schema-drift.ts'

// tsx scripts/check-migrations.ts
// Fails when schema.prisma was changed without a migration.

const sql = await schemaDrift()
if (sql !== '') {
  process.stderr.write(`The migrations lack this; make one with create-migration:\n\n${sql}`)
  process.exitCode = 1
}
