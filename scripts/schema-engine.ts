import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'

// Prisma's schema engine as WebAssembly, which writes migrations and checks them. The service does without it. It is no
// documented API, so its version is pinned in package.json and goes up together with Prisma's.

const MODULE = '@prisma/schema-engine-wasm/schema_engine_bg'

// @types/node 20 leaves it out.
declare const WebAssembly: {
  instantiate(
    code: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>
}

/** Prisma's schema engine on one open connection, which stays the caller's to dispose of. */
export async function createSchemaEngine(connection: SqlDriverAdapter): Promise<SchemaEngine> {
  const { SchemaEngine } = await loadModule()
  const factory = bindMigrationAwareSqlAdapterFactory(onlyThis(connection))
  return SchemaEngine.new({ datamodels: undefined }, () => {}, factory)
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
