import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine as WasmEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'

// The one place that knows Prisma's schema engine as WebAssembly: not a documented API, so its version
// is pinned in package.json and goes up together with Prisma's.

const MODULE = '@prisma/schema-engine-wasm/schema_engine_bg'
const EMPTY_SCRIPT = '-- This is an empty migration.'
const NO_FILTERS = { externalTables: [], externalEnums: [] }

// @types/node 20 leaves it out.
declare const WebAssembly: {
  instantiate(
    code: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>
}

export interface Migration {
  /** The folder's name: `20261123000000_init` */
  name: string
  sql: string
}

interface SchemaEngine {
  /** Applies those not yet in `_prisma_migrations`, in the given order; answers their names. */
  applyMigrations(migrations: readonly Migration[]): Promise<string[]>
  /** The SQL that brings the database to `schema` (text of schema.prisma); '' when it is there. */
  diffTo(schema: string): Promise<string>
}

/** Prisma's schema engine on one open connection, which stays the caller's to dispose of. */
export async function createSchemaEngine(connection: SqlDriverAdapter): Promise<SchemaEngine> {
  const { SchemaEngine } = await loadModule()
  const engine: WasmEngine = await SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(onlyThis(connection)),
  )
  return {
    applyMigrations: async (migrations) => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: {
          baseDir: 'prisma/migrations',
          lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
          shadowDbInitScript: '',
          migrationDirectories: migrations.map(({ name, sql }) => ({
            path: name,
            migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
          })),
        },
        filters: NO_FILTERS,
      })
      return appliedMigrationNames
    },
    diffTo: async (schema) => {
      const files = [{ path: 'schema.prisma', content: schema }]
      const { stdout } = await engine.diff({
        from: { tag: 'schemaDatasource', files, configDir: '' },
        to: { tag: 'schemaDatamodel', files },
        script: true,
        exitCode: null,
        filters: NO_FILTERS,
      })
      return stdout === null || stdout.trim() === EMPTY_SCRIPT ? '' : stdout
    },
  }
}

let loaded: Promise<typeof import('@prisma/schema-engine-wasm/schema_engine_bg')> | undefined

async function loadModule() {
  loaded ??= instantiate()
  return loaded
}

/** What a bundler would do for `import … from './schema_engine_bg.wasm'`, which Node cannot yet. */
async function instantiate() {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const file = createRequire(import.meta.url)
    .resolve(MODULE)
    .replace(/\.js$/, '.wasm')
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    './schema_engine_bg.js': { ...bindings, ...withLooseTimers(bindings) },
  })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  return bindings
}

/** The engine leaves timers of ten seconds behind, which would keep the process running for as long. */
function withLooseTimers(bindings: object) {
  const names = Object.keys(bindings).filter((name) => name.startsWith('__wbg_setTimeout_'))
  const start = (callback: () => void, ms: number) => setTimeout(callback, ms >>> 0).unref()
  return Object.fromEntries(names.map((name) => [name, start]))
}

/** The engine asks a factory for connections and disposes of them; it gets this one every time. */
function onlyThis(connection: SqlDriverAdapter): SqlMigrationAwareDriverAdapterFactory {
  const lent: SqlDriverAdapter = {
    provider: connection.provider,
    adapterName: connection.adapterName,
    queryRaw: (query) => connection.queryRaw(query),
    executeRaw: (query) => connection.executeRaw(query),
    executeScript: (script) => connection.executeScript(script),
    startTransaction: (isolation) => connection.startTransaction(isolation),
    dispose: async () => {},
  }
  return {
    provider: connection.provider,
    adapterName: connection.adapterName,
    connect: async () => lent,
    connectToShadowDb: () => Promise.reject(new Error('no shadow database here')),
  }
}
