import { existsSync, readFileSync, statSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { unknownVariables } from '../config/unknown-variables.ts'

/**
 * Adds the variables of `.env` in this folder to the environment, without changing any that is set, and tells of unknown
 * names in both that were probably meant for this program.
 */
export function readDotEnv(note: (text: string) => void): void {
  const inFile = existsSync('.env') && statSync('.env').isFile() ? readEnv() : {}
  const names = Object.keys(inFile)
  if (names.length > 0) note('Variables are read from .env, too.')
  for (const warning of unknownVariables(names, Object.keys(process.env))) note(warning)
  for (const [name, value] of Object.entries(inFile)) process.env[name] ??= value
}

const readEnv = () => parseEnv(readFileSync('.env', 'utf8'))
