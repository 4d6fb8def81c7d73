import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Builds what changed of the program, which some tests run in a process of its own, and makes room for databases. */
export function setup() {
  process.env.TEST_FOLDERS = mkdtempSync(join(tmpdir(), 'tests-'))
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  execFileSync(process.execPath, ['scripts/build.mjs', '--changed'], { cwd, stdio: 'inherit' })
}

/** Workers end without a word, and leave the databases that they keep open. */
export function teardown() {
  rmSync(process.env.TEST_FOLDERS ?? '', { recursive: true, force: true })
}
