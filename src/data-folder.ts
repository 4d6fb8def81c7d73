import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { commandLine } from './command-line.ts'
import { EMBEDDED_FOLDER, holdsDatabase } from './db/embedded-folder.ts'
import { StartError } from './start-error.ts'

const READ_AND_WRITE = constants.R_OK | constants.W_OK | constants.X_OK

/**
 * Makes sure that the embedded database in `dataDir` can be used, or made there.
 *
 * @param mayCreate false: it has to be there already, so that nobody works on an empty one by a slip in DATA_DIR
 * @throws {StartError} that names DATA_DIR and what is wrong with it
 */
export function prepareDataFolder(dataDir: string, mayCreate: boolean): void {
  const folder = join(dataDir, EMBEDDED_FOLDER)
  try {
    if (mayCreate) makeFolder(resolve(dataDir))
    for (const path of [dataDir, folder, `${folder}.lock`]) assertUsable(path)
  } catch (cause) {
    throw unusable(dataDir, cause as NodeJS.ErrnoException)
  }
  if (!mayCreate && !holdsDatabase(dataDir)) {
    throw new StartError(
      `There is no database in DATA_DIR (${dataDir}). Name the folder of the one that is meant, or set ` +
        `DATABASE_URL. A new one is made by: ${commandLine('serve')}`,
    )
  }
}

/** Makes a folder and those above it. Not by `recursive`, which never ends below `/proc`, where none can be made. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/** @throws {StartError} unless this is a folder that the process may read and write, or nothing at all */
function assertUsable(path: string) {
  try {
    accessSync(`${path}/.`, READ_AND_WRITE)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

const REASONS: Record<string, string> = {
  EACCES: 'this user may not read and write there',
  EPERM: 'this user may not read and write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'there is a file where a folder should be',
  ENOENT: 'no folder can be made there',
  EEXIST: 'there is a file where a folder should be',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'links lead in a circle',
}

/** The error for what the system says of DATA_DIR, or of something in it. */
export function unusable(dataDir: string, cause: NodeJS.ErrnoException) {
  const { code, path, message } = cause
  const reason = REASONS[code ?? ''] ?? message
  return new StartError(
    `DATA_DIR (${dataDir}) cannot be used: ${reason} (${code}: ${path?.replace(/\/\.$/, '')}).`,
    {
      cause,
    },
  )
}
