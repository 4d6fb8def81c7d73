import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Python with the clients; undefined where there is none. */
    python: string | undefined
  }
}

const run = promisify(execFile)
const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url))

/** What this machine can try; CI has to try everything. */
export async function setup({ provide }: TestProject) {
  const hasPython = await run('python3', ['-c', 'import ensurepip, venv']).then(
    () => true,
    () => false,
  )
  if (!hasPython) {
    const words = "the clients are not tried: there is no Python with venv (Debian's python3-venv)"
    if (process.env.CI === 'true') throw new Error(words)
    process.stderr.write(`${words}\n`)
  }
  provide('python', hasPython ? await installClients() : undefined)
}

/** Once for each list of requirements, in the user's cache. */
async function installClients(): Promise<string> {
  const { stdout: version } = await run('python3', ['--version'])
  const digest = createHash('sha256')
    .update(version)
    .update(await readFile(REQUIREMENTS))
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'quay-robots')
  const folder = join(cache, `python-${digest.digest('hex').slice(0, 16)}`)
  const python = join(folder, 'bin/python')
  if (await exists(python)) return python
  const unfinished = `${folder}.${process.pid}`
  await mkdir(cache, { recursive: true })
  try {
    await run('python3', ['-m', 'venv', unfinished])
    const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', REQUIREMENTS]
    await run(join(unfinished, 'bin/python'), install)
    await rename(unfinished, folder)
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return python
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
