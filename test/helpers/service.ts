import type { DestinationStream } from 'pino'
import { pino } from 'pino'
import { type AppOptions, buildApp } from '../../src/app.ts'
import type { ServiceConfig } from '../../src/common-services.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { PasswordCost } from '../../src/crypto/passwords.ts'
import { createLogger } from '../../src/plugins/logger.ts'
import { createServices } from '../../src/services.ts'
import type { Surroundings } from '../../src/surroundings.ts'
import { freePort } from './ports.ts'
import { createTestDatabase, type TestDatabase } from './postgres.ts'

export interface ServiceOptions {
  config?: Partial<ServiceConfig>
  surroundings?: Surroundings
  /** Where the log goes; nowhere unless given. */
  log?: DestinationStream
  /** Bounds of `buildApp` that are to be lower. */
  timeouts?: Pick<
    AppOptions,
    'workTimeoutMs' | 'arrivalTimeoutMs' | 'silenceTimeoutMs' | 'bodyBytes'
  >
  /** Where a console is; nowhere unless given. */
  consoleFolder?: string
  /** Shared with other servers; a new one unless given. */
  database?: TestDatabase
}

export type TestService = Awaited<ReturnType<typeof startService>>

/** Any 32 random bytes. */
export const TEST_SECRET_KEY = Buffer.from('VDFXuuzVEWFE2QJPaXJRtk4dX0wGbEyBOUHhDLtwCW0=', 'base64')

/** Hundreds of users are made, whose passwords nobody is after: least memory and time that argon2 takes. */
export const TEST_PASSWORD_COST: PasswordCost = { memoryCost: 8, timeCost: 1, parallelism: 1 }

/** What is allowed where the operator says nothing of it. */
export const { policy: POLICY } = loadConfig({})

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
    passwordCost: TEST_PASSWORD_COST,
    ...options.surroundings,
  })
  const logger = options.log ? createLogger('trace', options.log) : pino({ level: 'silent' })
  const app = await buildApp({
    config,
    services,
    logger,
    ...options.timeouts,
    consoleFolder: options.consoleFolder ?? 'none',
  })
  await app.listen({ host: config.host, port })

  return {
    url: config.publicUrl,
    app,
    config,
    services,
    database,
    db: database.database.db,
    /** Empties the audit log, also of what a test before has begun to write. */
    async clearLog() {
      await services.settled()
      await database.database.db.auditEntry.deleteMany()
    },
    async close() {
      await app.close()
      await services.close()
      if (!options.database) await database.drop()
    },
  }
}

/** Every user's password. */
export const PASSWORD = 'password'
