import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config/config.ts'
import { loadOrCreateSecretKey, SECRET_KEY_FILE } from './crypto/secret-key-file.ts'
import { type DatabaseOptions, openDatabase } from './db/client.ts'
import { EMBEDDED_FOLDER } from './db/embedded-folder.ts'
import { migrate } from './db/migrate.ts'
import type { Db } from './db/types.ts'
import { hasSealedData } from './queries/sealed-data.ts'
import { createServices } from './services.ts'
import type { Surroundings } from './surroundings.ts'

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
