import { existsSync, readFileSync, statSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { unknownVariables } from '../config/unknown-variables.ts'

/**
 * Adds the variables of `.env` in this folder to the environment, where what is set already stays as it is, and
 * tells of names there, and in the environment, that were probably meant for this program and that it does not know.
 */
export function readDotEnv(note: (text: string) => void): void {
  const inFile = existsSync('.env') && statSync('.env').isFile() ? readEnv() : {}
  const names = Object.keys(inFile)
  if (names.length > 0) note('Variables are read from .env, too.')
  for (const warning of unknownVariables(names, Object.keys(process.env))) note(warning)
  for (const [name, value] of Object.entries(inFile)) process.env[name] ??= value
}

const readEnv = () => parseEnv(readFileSync('.env', 'utf8'))
