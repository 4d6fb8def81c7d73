import { type ChildProcess, execFile, spawn } from 'node:child_process'

const START_MS = 10_000
const STOP_MS = 5_000
/** A server ends by itself where the test run was killed. */
const LIFE_S = 600
/** Exit status of `timeout` where there is no such program. */
const NOT_FOUND = 127
const RUN_MS = 20_000

export interface Server {
  /** What it has logged so far. */
  log(): string
  stop(): Promise<void>
}

export interface Outcome {
  /** Exit status; -1 where it was killed for taking too long. */
  status: number
  stdout: string
  stderr: string
}

interface Start {
  env?: Record<string, string>
  /** Whether it takes requests; asked again until it does. */
  isUp(log: string): boolean | Promise<boolean>
  debianPackage: string
}

/** Starts a server and waits until it is up; one that does not get there is ended. */
export async function startServer(
  program: string,
  args: string[],
  { env, isUp, debianPackage }: Start,
): Promise<Server> {
  const child = spawn('timeout', [`${LIFE_S}`, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  }
  const deadline = Date.now() + START_MS
  while (!(await isUp(log))) {
    const late = Date.now() > deadline
    if (!late && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      continue
    }
    await end(child)
    const why = late ? `not up after ${START_MS} ms` : `ended with ${child.exitCode}`
    const hint = child.exitCode === NOT_FOUND ? missingPackage(debianPackage) : why
    throw new Error(`${program}: ${hint}\n${log}`)
  }
  return { log: () => log, stop: () => end(child) }
}

/** Ends with certainty: by force where asking does not help. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await ended
  clearTimeout(timer)
}

interface Run {
  /** Where the program looks for what it has kept, and keeps more. */
  home: string
  env?: Record<string, string>
  input?: string
}

/** Runs a program to its end. */
export function run(program: string, args: string[], options: Run): Promise<Outcome> {
  const { home, env, input = '' } = options
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      {
        timeout: RUN_MS,
        killSignal: 'SIGKILL',
        env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, TMPDIR: home, ...env },
      },
      (error, stdout, stderr) => {
        if (error !== null && 'code' in error && (error.code as unknown) === 'ENOENT') {
          return reject(new Error(`${program}: ${missingPackage(program)}`))
        }
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        resolve({ status, stdout, stderr })
      },
    )
    child.stdin?.on('error', () => undefined).end(input)
  })
}

/** Says what to install where a program is not there. */
export const missingPackage = (debianPackage: string) =>
  `not found; install it: apt-get install -y --no-install-recommends ${debianPackage}`
