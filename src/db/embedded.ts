import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import type { Connections } from './connections.ts'
import { startUpkeep } from './embedded-upkeep.ts'
import { lockFolder } from './folder-lock.ts'

const WAIT_FOR_CONNECTION = 5_000

/**
 * Opens (on first use: creates) the database in `dataDir`/pglite and locks it against other processes.
 *
 * A query is answered once its write-ahead log is with the operating system, so that `kill -9` loses
 * nothing that was acknowledged. PGlite cannot fsync: against power loss, use PostgreSQL.
 *
 * @throws FolderInUseError when another process has it open
 */
export async function openEmbedded(dataDir: string): Promise<Connections> {
  const folder = join(dataDir, 'pglite')
  const lock = await lockFolder(folder)
  try {
    if (!existsSync(folder)) await initialize(folder)
    const pglite = await PGlite.create(folder, { relaxedDurability: false })
    return connectTo(pglite, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Elsewhere first, so that dying half-way leaves no folder that can neither be opened nor made. */
async function initialize(folder: string): Promise<void> {
  const draft = `${folder}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  const pglite = await PGlite.create(draft)
  await pglite.close()
  await rename(draft, folder)
}

/**
 * PGlite behind `pg`, by its own bridge: one Prisma adapter for both engines, hence the same errors.
 * (pglite-prisma-adapter reports a COMMIT that failed as done, and does not wait for scripts.)
 */
export function connectTo(pglite: PGlite, afterClose = async () => {}): Connections {
  const config = createPgConfig(pglite)
  const { connection } = config
  const parse = connection.parse.bind(connection)
  // `pg` leaves its result parsers in `types`, where the bridge expects a list of parameter types.
  connection.parse = ({ name, text }) => parse({ name, text })

  // PGlite is a single session: one connection, never replaced, and everybody waits for it in turn.
  const pool = new pg.Pool({
    ...config,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: WAIT_FOR_CONNECTION,
  })
  const adapterFactory = new PrismaPg(pool)
  const stopUpkeep = startUpkeep(pool)
  return {
    engine: 'pglite',
    adapterFactory,
    migrationAdapterFactory: adapterFactory,
    close: async () => {
      stopUpkeep()
      await pool.end()
      await pglite.close()
      await afterClose()
    },
  }
}
