import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Beside the built module only: sources run without it. */
export const TEMPLATE = new URL('./embedded-template.tar.gz', import.meta.url)

/**
 * The data folder of an empty, migrated database, packed by the build: unpacking it takes a fraction of
 * what making one takes. Undefined where the sources run unbuilt.
 */
export async function readTemplate(): Promise<Blob | undefined> {
  return existsSync(TEMPLATE) ? new Blob([await readFile(TEMPLATE)]) : undefined
}
