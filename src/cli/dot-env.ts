import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { unknownVariables } from '../config/unknown-variables.ts'
import type { Terminal } from './context.ts'

/**
 * Adds the variables of `.env` in this folder to the environment, without changing any that is set, and tells of unknown
 * names in both that were probably meant for this program.
 */
export function readDotEnv(
  { env, cwd }: Pick<Terminal, 'env' | 'cwd'>,
  note: (text: string) => void,
): void {
  const file = join(cwd(), '.env')
  const inFile =
    existsSync(file) && statSync(file).isFile() ? parseEnv(readFileSync(file, 'utf8')) : {}
  const names = Object.keys(inFile)
  if (names.length > 0) note('Variables are read from .env, too.')
  for (const warning of unknownVariables(names, Object.keys(env))) note(warning)
  for (const [name, value] of Object.entries(inFile)) env[name] ??= value
}
