import { chmod, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { databaseOver } from './client.ts'
import { connectTo } from './embedded.ts'
import { TEMPLATE } from './embedded-template.ts'
import { migrate } from './migrate.ts'

// A step of the build: makes the template of embedded databases, beside the built modules.

await rm(TEMPLATE, { recursive: true, force: true })
const database = databaseOver(connectTo(await PGlite.create(TEMPLATE)))
try {
  await migrate(database)
} finally {
  await database.close()
}
// Readable for whoever runs the service, not only for who built it.
for (const entry of await readdir(TEMPLATE, { recursive: true, withFileTypes: true })) {
  await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
}
await chmod(TEMPLATE, 0o755)
