import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { it } from 'vitest'

it('tables and JSON Schemas of settings are what the code says (npm run docs:write)', async () => {
  const args = ['--import', 'tsx', 'scripts/write-configuration.ts', '--check']
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  await promisify(execFile)(process.execPath, args, { cwd })
})
