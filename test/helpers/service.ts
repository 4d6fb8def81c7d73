import type { DestinationStream } from 'pino'
import { pino } from 'pino'
import { type AppOptions, buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/config.ts'
import { createLogger } from '../../src/plugins/logging.ts'
import { createServices, type ServiceConfig } from '../../src/services.ts'
import type { Surroundings } from '../../src/surroundings.ts'
import { freePort } from './ports.ts'
import { createTestDatabase, type TestDatabase } from './postgres.ts'

export interface ServiceOptions {
  config?: Partial<ServiceConfig>
  surroundings?: Surroundings
  /** Where the log goes; nowhere unless given. */
  log?: DestinationStream
  /** Bounds of `buildApp` that are to be lower. */
  timeouts?: Pick<AppOptions, 'workTimeoutMs' | 'silenceTimeoutMs' | 'bodyBytes'>
  /** Shared with other servers; a new one unless given. */
  database?: TestDatabase
}

export type TestService = Awaited<ReturnType<typeof startService>>

/** Any 32 random bytes. */
export const TEST_SECRET_KEY = Buffer.from('VDFXuuzVEWFE2QJPaXJRtk4dX0wGbEyBOUHhDLtwCW0=', 'base64')

/** The whole service on a real port and a real database. */
export async function startService(options: ServiceOptions = {}) {
  const database = options.database ?? (await createTestDatabase())
  const port = await freePort()
  const config: ServiceConfig = {
    ...loadConfig({ PORT: String(port), DATA_DIR: database.options.dataDir }),
    secretKey: TEST_SECRET_KEY,
    userInitialize: false,
    ...options.config,
  }
  const services = createServices(config, database.database.db, {
    poolUse: database.database.poolUse,
    ...options.surroundings,
  })
  const logger = options.log ? createLogger('trace', options.log) : pino({ level: 'silent' })
  const app = await buildApp({
    config,
    services,
    logger,
    ...options.timeouts,
  })
  await app.listen({ host: config.host, port })

  return {
    url: config.publicUrl,
    app,
    config,
    services,
    database,
    db: database.database.db,
    async close() {
      await app.close()
      await services.close()
      if (!options.database) await database.drop()
    },
  }
}

/** Every user's password. */
export const PASSWORD = 'password'
