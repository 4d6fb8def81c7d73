import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import type { Db } from '../../src/db/types.ts'
import { freePort } from '../helpers/ports.ts'
import { createTestDatabase } from '../helpers/postgres.ts'

/** As users run it: `test/helpers/build.ts` has built it. */
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export type Env = Record<string, string>

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

const { PATH = '', HOME = '', TMPDIR = tmpdir() } = process.env

/**
 * Lives too short for optimized code and WebAssembly, on which V8 spends half of their time, and for threads and many small
 * rounds of collecting garbage, which are a tenth of it.
 */
const NODE_OPTIONS = [
  ...['--liftoff-only', '--no-opt'],
  ...['--single-threaded-gc', '--min-semi-space-size=16', '--max-semi-space-size=32'],
]

/** Starts the program itself, in a folder without `.env`, with no variable of this process but the few that any process needs. */
function start(args: string[], env: Env, cwd = tmpdir()): ChildProcess {
  return spawn(process.execPath, [...NODE_OPTIONS, MAIN, ...args], {
    cwd,
    env: { PATH, HOME, TMPDIR, ...env },
  })
}

/**
 * Runs `quay-robots ARGS…` to its end; in another folder if `cwd` says so. In this process, which has loaded the program
 * already: starting one takes longer than most commands. But `serve` has one of its own.
 */
export async function quayRobots(
  env: Env,
  args: string[],
  input = '',
  cwd = tmpdir(),
): Promise<Outcome> {
  if (args[0] === 'serve') return quayRobotsProcess(env, args, input, cwd)
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const streams = { stdin: Readable.from([input]), stdout, stderr }
  const running = runProgram(args, { env: { TMPDIR, ...env }, cwd: () => cwd, ...streams })
  running.finally(() => [stdout, stderr].map((stream) => stream.end()))
  const [code = 0, ...texts] = await Promise.all([running, text(stdout), text(stderr)])
  return { code, stdout: texts[0], stderr: texts[1] }
}

/** As `quayRobots`, in a process of its own. */
export async function quayRobotsProcess(
  env: Env,
  args: string[],
  input = '',
  cwd?: string,
): Promise<Outcome> {
  const child = start(args, env, cwd)
  child.stdin?.on('error', () => {}).end(input)
  return outcomeOf(child)
}

/** The same, where nobody reads what it prints. */
export async function unheard(env: Env, args: string[]): Promise<Outcome> {
  const child = start(args, env)
  child.stdout?.destroy()
  return outcomeOf(child)
}

const read = async (stream: Readable | null) => (stream && !stream.destroyed ? text(stream) : '')

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const [stdout, stderr, [code]] = await Promise.all([
    read(child.stdout),
    read(child.stderr),
    once(child, 'close'),
  ])
  return { code, stdout, stderr }
}

/** Runs `quay-robots ARGS…` in a process of its own, until what it says on standard error matches: then it is killed. */
export async function killedAt(env: Env, args: string[], said: RegExp): Promise<void> {
  const child = start(args, env)
  let text = ''
  child.stderr?.on('data', (data) => {
    text += data
    if (said.test(text)) child.kill('SIGKILL')
  })
  const [code, signal] = await once(child, 'close')
  if (signal !== 'SIGKILL') throw new Error(`ended by itself with ${code}: ${text}`)
}

export type Server = Awaited<ReturnType<typeof serve>>

const servers = new Set<ChildProcess>()

/** Kills what a failed test left running. */
export function killServers() {
  for (const server of servers) server.kill('SIGKILL')
}

/** Runs `quay-robots serve` on a free port, until it answers; fails with what it said if it ends. */
export async function serve(env: Env) {
  const port = env.PORT ?? String(await freePort())
  const child = start(['serve'], { LOG_LEVEL: 'warn', DRAIN_SECONDS: '0', ...env, PORT: port })
  servers.add(child)
  const url = `http://127.0.0.1:${port}`
  const outcome = outcomeOf(child).finally(() => servers.delete(child))
  let printed = ''
  child.stdout?.on('data', (data) => {
    printed += data
  })
  await untilAnswering(url, child, outcome)
  return {
    url,
    port,
    pid: child.pid ?? 0,
    /** What is on its standard output so far. */
    printed: () => printed,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    outcome,
    stop(signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      return outcome
    },
  }
}

async function untilAnswering(url: string, child: ChildProcess, outcome: Promise<Outcome>) {
  for (;;) {
    const answer = await fetch(`${url}/health/instance`).catch(() => undefined)
    if (answer?.ok) return
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`serve ended: ${JSON.stringify(await outcome)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/**
 * A migrated and filled database for the program to open, on PostgreSQL where TEST_DATABASE_URL names a server.
 * `shared` tells whether several processes can have it open.
 */
async function createProgramDatabase(fill: (db: Db) => Promise<unknown> = async () => {}) {
  const { database, options, drop } = await createTestDatabase()
  await fill(database.db)
  if (database.engine === 'postgresql') {
    return { env: { DATABASE_URL: options.databaseUrl ?? '' }, shared: true, drop }
  }
  await database.close()
  return {
    env: { DATA_DIR: options.dataDir },
    shared: false,
    drop: () => rm(options.dataDir, { recursive: true, force: true }),
  }
}

/** A database of the program for all tests of a file; servers that they started end with it. */
export function programDatabase(fill?: (db: Db) => Promise<unknown>) {
  let database: Awaited<ReturnType<typeof createProgramDatabase>>
  beforeAll(async () => {
    database = await createProgramDatabase(fill)
  })
  afterAll(async () => {
    killServers()
    await database.drop()
  })
  return () => database
}

export const newFolder = () => mkdtemp(join(tmpdir(), 'quay-robots-cli-'))
