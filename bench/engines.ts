import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, cpuOfBackends, createDatabase, openPostgres } from './postgres.ts'

export type EngineName = 'postgresql' | 'pglite'

/** A database for one server, as variables of its environment. */
export interface Target {
  env: Record<string, string>
}

export interface Engine {
  name: EngineName
  /** Version and settings that matter to the figures. */
  facts: Record<string, unknown>
  create(): Promise<Target>
  /** A database with the same rows, while no server has the first one open. */
  copy(target: Target): Promise<Target>
  /** Processor time of the database's own processes so far (ms); undefined where there are none, or they are elsewhere. */
  cpuOf(target: Target): Promise<number | undefined>
  /** Drops all databases. */
  stop(): Promise<void>
}

export const openEngine = (name: EngineName, url: string | undefined): Promise<Engine> =>
  name === 'pglite' ? openFolders() : openServer(url)

async function openFolders(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'quay-robots-bench-'))
  let made = 0
  const targetAt = (dataDir: string): Target => ({ env: { DATA_DIR: dataDir } })
  const next = () => join(folder, String(made++))
  return {
    name: 'pglite',
    facts: {},
    create: async () => targetAt(next()),
    async copy({ env }) {
      const target = targetAt(next())
      await cp(env.DATA_DIR ?? '', target.env.DATA_DIR ?? '', { recursive: true })
      return target
    },
    cpuOf: async () => undefined,
    stop: () => rm(folder, { recursive: true, force: true }),
  }
}

const SETTINGS = ['server_version', 'fsync', 'synchronous_commit', 'shared_buffers']

async function openServer(url: string | undefined): Promise<Engine> {
  const server = await openPostgres(url)
  const databases: Awaited<ReturnType<typeof createDatabase>>[] = []
  const create = async (template?: string): Promise<Target> => {
    const database = await createDatabase(server, template)
    databases.push(database)
    return { env: { DATABASE_URL: database.url } }
  }
  const settings = await ask(
    server.url,
    `SELECT name, setting FROM pg_settings WHERE name IN ('${SETTINGS.join("','")}')`,
  )
  return {
    name: 'postgresql',
    facts: Object.fromEntries(settings.map(({ name, setting }) => [name, setting])),
    create: () => create(),
    copy: ({ env }) => create(new URL(env.DATABASE_URL ?? '').pathname.slice(1)),
    cpuOf: ({ env }) => cpuOfBackends(env.DATABASE_URL ?? ''),
    async stop() {
      for (const database of databases) await database.drop()
      await server.stop()
    },
  }
}
