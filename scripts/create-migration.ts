import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MIGRATIONS_FOLDER } from '../src/db/migrations-folder.ts'
import { schemaDrift } from './schema-drift.ts'

// tsx scripts/create-migration.ts NAME
// Writes prisma/migrations/<time>_NAME/migration.sql with what schema.prisma has and the migrations
// have not: what `prisma migrate dev --create-only` does, without a download and without a server.

const name = process.argv[2] ?? ''
if (!/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write('usage: create-migration NAME (lower-case letters, digits and _)\n')
  process.exit(2)
}

const sql = await schemaDrift()
if (sql === '') {
  process.stdout.write('The migrations agree with the schema already.\n')
} else {
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = join(MIGRATIONS_FOLDER, `${time}_${name}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'migration.sql'), sql)
  process.stdout.write(`${join(folder, 'migration.sql')}\n`)
}
