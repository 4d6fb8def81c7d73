import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Name of the embedded database's folder, in the data folder. */
export const EMBEDDED_FOLDER = 'pglite'

/**
 * A file beside the database's folder, for as long as that is being made. One that is found at the start means that the
 * process died meanwhile: the folder holds half a database, which cannot be opened.
 */
export const unfinishedMark = (folder: string) => `${folder}.unfinished`

/** Whether there is a whole embedded database in the data folder. */
export function holdsDatabase(dataDir: string): boolean {
  const folder = join(dataDir, EMBEDDED_FOLDER)
  return existsSync(join(folder, 'PG_VERSION')) && !existsSync(unfinishedMark(folder))
}
