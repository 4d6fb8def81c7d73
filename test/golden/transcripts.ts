import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Transcript } from './replay-golden.mjs'

const folder = join(import.meta.dirname, 'transcripts')

/**
 * What was recorded from a running Quay, by file name. The files, like `replay-golden.mjs`, are unchanged copies
 * from the contract: a wrong expectation is settled there.
 */
export const TRANSCRIPTS: Transcript[] = readdirSync(folder)
  .sort()
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
