import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'
import { weakSettings } from './config/weak-settings.ts'
import { loadOrCreateSecretKey, SECRET_KEY_FILE } from './crypto/secret-key-file.ts'
import { type DatabaseOptions, type Db, openDatabase } from './db/client.ts'
import { EMBEDDED_FOLDER } from './db/embedded-folder.ts'
import { migrate } from './db/migrate.ts'
import { hasSealedData } from './db/sealed-data.ts'
import { createServices } from './services.ts'
import type { Surroundings } from './surroundings.ts'

/** Longest wait for requests once no more are taken (ms); Docker kills 10 s after SIGTERM. */
const STOP_GRACE = 8_000

/** The service cannot start as it was told to; the message is for the operator. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** The services over the configured database, brought up to date; closing them closes it too. */
export async function openServices(
  config: Config,
  {
    onBackgroundError = () => {},
    ...options
  }: Pick<DatabaseOptions, 'poolSize' | 'onIdleError'> & Pick<Surroundings, 'onBackgroundError'>,
) {
  const knownKey = config.secretKey ?? keyOfFolder(config.dataDir)
  const database = await openDatabase({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    ...options,
  })
  try {
    await migrate(database)
    const secretKey = knownKey ?? (await newKeyFor(config.dataDir, database.db))
    const services = createServices({ ...config, secretKey }, database.db, {
      onBackgroundError,
      poolUse: database.poolUse,
    })
    const close = async () => {
      await services.close()
      await database.close()
    }
    return { services, close }
  } catch (error) {
    await database.close()
    throw error
  }
}

/**
 * Opens the database, brings it up to date and listens; a failure on the way closes what was opened.
 *
 * @returns whether there was no user yet, and what stops the server
 */
export async function startServer(config: Config, logger: Logger) {
  for (const warning of weakSettings(config)) logger.warn(warning)
  const opening = openServices(config, {
    poolSize: config.databasePoolSize,
    onIdleError: (error) => logger.warn({ err: error }, 'a database connection broke'),
    onBackgroundError: (error) => logger.error({ err: error }, 'a log-in could not be audited'),
  })
  // Commands do without it; the database takes its time meanwhile.
  const [{ services, close: closeServices }, { buildApp }] = await Promise.all([
    opening,
    import('./app.ts'),
  ])
  try {
    // Makes the first key, or finds out at once that SECRET_KEY does not open the stored one.
    await services.signingKeys.jwks()
    const isEmpty = !(await services.users.exist())
    const app = await buildApp({ config, services, logger })
    await app.listen({ host: config.host, port: config.port }).catch(async (error) => {
      await app.close()
      throw listenError(config, error)
    })
    const stopRetention = services.logRetention.start((error) =>
      logger.error({ err: error }, 'old entries of the audit log could not be deleted'),
    )
    const close = async ({ drain = false } = {}) => {
      services.health.drain()
      if (drain) await sleep(config.drainSeconds * 1000)
      await closeApp(app)
      await stopRetention()
      await closeServices()
    }
    return { isEmpty, close }
  } catch (error) {
    await closeServices()
    throw error
  }
}

export type RunningServer = Awaited<ReturnType<typeof startServer>>

/** Takes no new requests, and lets those at work finish, for as long as they may take. */
async function closeApp(app: FastifyInstance) {
  const timer = setTimeout(() => app.server.closeAllConnections(), STOP_GRACE)
  // A connection that is kept alive after its last answer would delay the stop by a minute.
  app.server.keepAliveTimeout = 1
  await app.close()
  clearTimeout(timer)
}

/** Undefined where it is missing though there is a database. */
function keyOfFolder(dataDir: string): Buffer | undefined {
  const isMissing = !existsSync(join(dataDir, SECRET_KEY_FILE))
  return isMissing && existsSync(join(dataDir, EMBEDDED_FOLDER)) ? undefined : loadKey(dataDir)
}

/** A new key would not open what is there: the one that is missing must be put back. */
async function newKeyFor(dataDir: string, db: Db): Promise<Buffer> {
  if (!(await hasSealedData(db))) return loadKey(dataDir)
  throw new StartError(
    `The secret key of the embedded database is missing: ${join(dataDir, SECRET_KEY_FILE)}. Put it ` +
      'back from a backup, or give it as SECRET_KEY. Where it is lost for good: quay-robots keys ' +
      'reset, with a new SECRET_KEY.',
  )
}

function loadKey(dataDir: string): Buffer {
  try {
    return loadOrCreateSecretKey(dataDir, randomBytes)
  } catch (cause) {
    const { message } = cause as Error
    throw new StartError(`Cannot use the secret key of the embedded database: ${message}`, {
      cause,
    })
  }
}

const LISTEN_PROBLEMS: Record<string, string> = {
  EACCES: 'only a privileged process may use this port',
  EADDRINUSE: 'another process listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
}

function listenError({ host, port }: Config, cause: NodeJS.ErrnoException) {
  const problem = LISTEN_PROBLEMS[cause.code ?? ''] ?? cause.message
  return new StartError(
    `Cannot listen on port ${port} of ${host}: ${problem}. Choose with PORT and HOST.`,
    { cause },
  )
}
