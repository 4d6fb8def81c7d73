import type { Logger } from 'pino'
import { buildApp } from './app.ts'
import type { Config } from './config/config.ts'
import { openDatabase } from './db/client.ts'
import { migrate } from './db/migrate.ts'
import { createServices } from './services.ts'

/** Opens the database, brings it up to date and listens; a failure on the way closes what was opened. */
export async function startServer(config: Config, logger: Logger) {
  const database = await openDatabase({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    poolSize: config.databasePoolSize,
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  })
  const closers = [() => database.close()]
  const close = async () => {
    for (const closeNext of closers.toReversed()) await closeNext()
  }
  try {
    await migrate(database)
    const services = createServices(config, database.db, {
      onBackgroundError: (error) => logger.error({ err: error }, 'a log-in could not be audited'),
    })
    closers.push(() => services.close())
    // Makes the first key, or finds out at once that SECRET_KEY does not open the stored one.
    await services.signingKeys.jwks()
    const app = await buildApp({ config, services, logger })
    closers.push(() => app.close())
    await app.listen({ host: config.host, port: config.port })
    return { services, close }
  } catch (error) {
    await close()
    throw error
  }
}
