import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createPgConfig } from '@electric-sql/pglite/node-postgres'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { type Connections, useOf, withConnection } from './connections.ts'
import { EMBEDDED_FOLDER, unfinishedMark } from './embedded-folder.ts'
import { copyTemplate } from './embedded-template.ts'
import { takingTurns } from './embedded-turns.ts'
import { startUpkeep } from './embedded-upkeep.ts'
import { lockFolder } from './folder-lock.ts'
import { EMBEDDED_CONNECT_TIMEOUT } from './timeouts.ts'

/** In place of PGlite's 128 MB: for a single process, the operating system's file cache does as well. */
const SHARED_BUFFERS = '32MB'

/** In place of 64 MB, most of which a VACUUM would take: WebAssembly never gives memory back. */
const MAINTENANCE_WORK_MEM = '8MB'

const START_PARAMETERS = [
  ...PGlite.defaultStartParams,
  ...['-c', `shared_buffers=${SHARED_BUFFERS}`],
  ...['-c', `maintenance_work_mem=${MAINTENANCE_WORK_MEM}`],
]

/**
 * Opens (on first use: creates) the database in `dataDir`/pglite and locks it against other processes.
 *
 * A query is answered once its write-ahead log is with the operating system, so that `kill -9` loses
 * nothing that was acknowledged. PGlite cannot fsync: against power loss, use PostgreSQL.
 *
 * @throws {FolderInUseError} when another process has it open
 */
export async function openEmbedded(dataDir: string): Promise<Connections> {
  const folder = join(dataDir, EMBEDDED_FOLDER)
  const lock = await lockFolder(folder)
  try {
    return connectTo(await openOrCreate(folder), () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function openOrCreate(folder: string): Promise<PGlite> {
  const options = { relaxedDurability: false, startParams: START_PARAMETERS }
  const unfinished = unfinishedMark(folder)
  if (existsSync(unfinished)) await rm(folder, { recursive: true, force: true })
  if (existsSync(folder)) return PGlite.create(folder, options)

  await writeFile(unfinished, '')
  await mkdir(folder, { mode: 0o700 })
  copyTemplate(folder)
  const pglite = await PGlite.create(folder, options)
  await rm(unfinished)
  return pglite
}

/**
 * PGlite behind `pg`, by PGlite's own bridge, so that both engines have the same adapter and the same errors.
 * (pglite-prisma-adapter reports a COMMIT that failed as done, and does not wait for scripts.)
 */
export function connectTo(pglite: PGlite, afterClose = async () => {}): Connections {
  const bridge = takingTurns(pglite)
  // PGlite is a single session: one connection, and everybody waits for it in turn.
  const pool = new pg.Pool({
    Client: class extends pg.Client {
      constructor() {
        super(ownConnection(bridge))
      }
    },
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: EMBEDDED_CONNECT_TIMEOUT,
  })
  const stopUpkeep = startUpkeep(pool)
  return {
    engine: 'pglite',
    pool,
    adapterFactory: new PrismaPg(pool),
    namesStatements: true,
    assertSessionsLast: async () => {},
    withMigrationConnection: (work) => withConnection(pool, work),
    use: () => useOf(pool),
    close: async () => {
      stopUpkeep()
      await pool.end()
      await pglite.close()
      await afterClose()
    },
  }
}

/**
 * A connection for one client, over the bridge that all share: a client that took over another's connection would hear
 * what that one is still to be told, such as its end.
 */
function ownConnection(bridge: PGlite): pg.ClientConfig {
  const config = createPgConfig(bridge)
  const { connection } = config
  const parse = connection.parse.bind(connection)
  // `pg` leaves its result parsers in `types`, where the bridge expects a list of parameter types.
  connection.parse = ({ name, text }) => parse({ name, text })
  return config
}
