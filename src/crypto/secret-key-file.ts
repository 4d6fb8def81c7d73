import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RandomBytes } from '../domain/runtime.ts'
import { parseSecretKey, SECRET_KEY_BYTES } from './secret-key.ts'

/** Its name in the data folder. */
export const SECRET_KEY_FILE = 'secret.key'

const READABLE_BY_OTHERS = 0o077

/**
 * The secret key of the embedded database: `secret.key` in its data folder, one line of base64, mode
 * 0600. Missing folder and file are made (the folder with mode 0700); of two processes that start at
 * once, one makes the key and both return it.
 *
 * @throws {Error} when others may read the file, or when it holds no good key
 */
export function loadOrCreateSecretKey(dataDir: string, randomBytes: RandomBytes): Buffer {
  const path = join(dataDir, SECRET_KEY_FILE)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const mode = statSync(path, { throwIfNoEntry: false })?.mode
  if (mode === undefined) create(path, randomBytes)
  else if (process.platform !== 'win32' && (mode & READABLE_BY_OTHERS) !== 0) {
    throw new Error(`${path} can be read by other users; allow only its owner (chmod 600)`)
  }
  return read(path)
}

/** Links a finished file into place: the link is there whole or not at all, and never replaces one. */
function create(path: string, randomBytes: RandomBytes): void {
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  const key = randomBytes(SECRET_KEY_BYTES).toString('base64')
  try {
    writeFileSync(draft, `${key}\n`, { flag: 'wx', mode: 0o600, flush: true })
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function read(path: string): Buffer {
  try {
    return parseSecretKey(readFileSync(path, 'utf8').trim())
  } catch (cause) {
    throw new Error(`no good secret key in ${path}: ${(cause as Error).message}`, { cause })
  }
}
