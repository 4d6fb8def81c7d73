import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine } from './command-line.ts'
import type { Config } from './config/config.ts'
import { loadOrCreateSecretKey, SECRET_KEY_FILE } from './crypto/secret-key-file.ts'
import { prepareDataFolder, unusable } from './data-folder.ts'
import { type DatabaseOptions, openDatabase } from './db/client.ts'
import { holdsDatabase } from './db/embedded-folder.ts'
import { isNew, migrate } from './db/migrate.ts'
import type { Db } from './db/types.ts'
import { hasSealedData } from './queries/sealed-data.ts'
import { createServices } from './services.ts'
import { StartError } from './start-error.ts'
import type { Surroundings } from './surroundings.ts'

interface OpenOptions
  extends Pick<DatabaseOptions, 'poolSize' | 'onIdleError'>,
    Pick<Surroundings, 'onBackgroundError' | 'peers'> {
  /** Whether there may be no database yet: then one is made. */
  mayCreate: boolean
}

/**
 * The services over the configured database, brought up to date; closing them closes it too.
 *
 * @throws {StartError} where it cannot be used as configured
 */
export async function openServices(
  config: Config,
  { onBackgroundError = () => {}, peers, mayCreate, ...options }: OpenOptions,
) {
  if (config.databaseUrl === undefined) prepareDataFolder(config.dataDir, mayCreate)
  const knownKey = config.secretKey ?? keyOfFolder(config.dataDir)
  const database = await openDatabase({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    preparedStatements: config.databasePreparedStatements,
    ...options,
  })
  try {
    await database.assertSessionsLast()
    if (!mayCreate && (await isNew(database))) throw noTables()
    await migrate(database)
    const secretKey = knownKey ?? (await newKeyFor(config.dataDir, database.db))
    const services = createServices({ ...config, secretKey }, database.db, {
      onBackgroundError,
      poolUse: database.poolUse,
      peers,
    })
    async function close() {
      await services.close()
      await database.close()
    }
    return { services, close }
  } catch (error) {
    await database.close()
    throw error
  }
}

const noTables = () =>
  new StartError(
    'The database at DATABASE_URL is empty. Name the one that is meant; its tables are made by: ' +
      commandLine('migrate'),
  )

/** The key in the data folder, made if there is no database either; undefined where a database has lost its key. */
function keyOfFolder(dataDir: string): Buffer | undefined {
  const isMissing = !existsSync(join(dataDir, SECRET_KEY_FILE))
  return isMissing && holdsDatabase(dataDir) ? undefined : loadKey(dataDir)
}

/** A new key for a database without sealed data. Any other needs its own key back: a new one would not open what it holds. */
async function newKeyFor(dataDir: string, db: Db): Promise<Buffer> {
  if (!(await hasSealedData(db))) return loadKey(dataDir)
  throw new StartError(
    `The secret key of the embedded database is missing: ${join(dataDir, SECRET_KEY_FILE)}. Put it ` +
      'back from a backup, or give it as SECRET_KEY. Where it is lost for good, with a new SECRET_KEY: ' +
      commandLine('keys reset'),
  )
}

function loadKey(dataDir: string): Buffer {
  try {
    return loadOrCreateSecretKey(dataDir, randomBytes)
  } catch (cause) {
    const { message, syscall } = cause as NodeJS.ErrnoException
    if (syscall !== undefined) throw unusable(dataDir, cause as NodeJS.ErrnoException)
    throw new StartError(`Cannot use the secret key of the embedded database: ${message}`, {
      cause,
    })
  }
}
