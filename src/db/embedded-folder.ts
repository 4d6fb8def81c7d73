import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Of the embedded database, in the data folder. */
export const EMBEDDED_FOLDER = 'pglite'

/** Beside it while it is made: who died meanwhile left a folder that can neither be opened nor made. */
export const unfinishedMark = (folder: string) => `${folder}.unfinished`

/** Whether there is a whole embedded database in the data folder. */
export function holdsDatabase(dataDir: string): boolean {
  const folder = join(dataDir, EMBEDDED_FOLDER)
  return existsSync(join(folder, 'PG_VERSION')) && !existsSync(unfinishedMark(folder))
}
