import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { databaseOver } from './client.ts'
import { connectTo } from './embedded.ts'
import { TEMPLATE } from './embedded-template.ts'
import { migrate } from './migrate.ts'

// A step of the build: makes the template of embedded databases, beside the built modules.

const folder = await mkdtemp(join(tmpdir(), 'quay-robots-template-'))
const pglite = await PGlite.create(join(folder, 'pglite'))
const database = databaseOver(connectTo(pglite))
try {
  await migrate(database)
  const packed = await pglite.dumpDataDir('gzip')
  await writeFile(TEMPLATE, packed.stream())
} finally {
  await database.close()
  await rm(folder, { recursive: true, force: true })
}
