import { pino } from 'pino'
import { buildApp } from '../src/app.ts'
import type { ServiceConfig } from '../src/common-services.ts'
import { loadConfig } from '../src/config/config.ts'
import { openDatabase } from '../src/db/client.ts'
import { createServices } from '../src/services.ts'

/** Connections to PostgreSQL are made at the first query, and describing the routes asks none. */
const NO_DATABASE = 'postgresql://127.0.0.1/not-opened'

const UNUSED_KEY = Buffer.alloc(32)

/** The OpenAPI document of a service with the default settings, or with others given. */
export async function openApiDocument(overrides: Partial<ServiceConfig> = {}): Promise<object> {
  const config: ServiceConfig = { ...loadConfig({}), secretKey: UNUSED_KEY, ...overrides }
  const database = await openDatabase({ ...config, databaseUrl: NO_DATABASE })
  const services = createServices(config, database.db)
  const app = await buildApp({ config, services, logger: pino({ level: 'silent' }) })
  try {
    await app.ready()
    return app.swagger()
  } finally {
    await app.close()
    await services.close()
    await database.close()
  }
}
