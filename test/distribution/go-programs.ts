import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Registry clients that Debian has not, as the Go module proxy has them. */
const GO_PROGRAMS = {
  crane: 'github.com/google/go-containerregistry/cmd/crane@v0.22.1',
  oras: 'oras.land/oras/cmd/oras@v1.3.6',
  regctl: 'github.com/regclient/regclient/cmd/regctl@v0.11.7',
}

export type GoProgram = keyof typeof GO_PROGRAMS

/** Paths of the programs. */
export type GoPrograms = Record<GoProgram, string>

/** Builds what an earlier run has not; undefined where there is no Go. Each takes 10 to 40 s. */
export async function installGoPrograms(): Promise<GoPrograms | undefined> {
  if (!(await hasGo())) return undefined
  const paths: Partial<GoPrograms> = {}
  // One after the other: each build uses all cores, and they share most of what they are made of.
  for (const [name, source] of Object.entries(GO_PROGRAMS) as [GoProgram, string][]) {
    paths[name] = await install(name, source)
  }
  return paths as GoPrograms
}

const hasGo = () =>
  go(['version']).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT',
  )

async function install(name: string, source: string): Promise<string> {
  const [, version] = source.split('@')
  const folder = join(cacheFolder(), `${name}@${version}`)
  const program = join(folder, name)
  if (existsSync(program)) return program
  process.stdout.write(`Building ${source} …\n`)
  const unfinished = `${folder}.${process.pid}`
  await go(['install', '-trimpath', '-ldflags=-s -w', source], { GOBIN: unfinished, GOFLAGS: '' })
  await rename(unfinished, folder).catch(async (error) => {
    // Another run was faster.
    await rm(unfinished, { recursive: true })
    if (!existsSync(program)) throw error
  })
  return program
}

const cacheFolder = () =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'quay-robots', 'programs')

const go = (args: string[], env: Record<string, string> = {}) =>
  promisify(execFile)('go', args, { env: { ...process.env, ...env } })
