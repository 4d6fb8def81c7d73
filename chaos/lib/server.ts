import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { memoryOf } from '../../lab/memory.ts'
import { freePort } from '../../lab/ports.ts'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const START_TIMEOUT = 60_000
/** A server ends by itself, after all that it waits for, within half a minute and what it drains (ms). */
const END_TIMEOUT = 60_000

/** The same for all servers, so that any of them verifies what another signed. */
const COMMON = {
  SECRET_KEY: randomBytes(32).toString('base64'),
  TOKEN_ISSUER: 'https://robots.example.com',
  REGISTRY_SERVICE: 'registry.example.com',
  OIDC_ALLOWED_HOSTS: '127.0.0.1',
  USER_INITIALIZE: 'true',
  // Callers say where they are.
  TRUSTED_PROXIES: '127.0.0.1',
  LOG_LEVEL: 'fatal',
}

export type Env = Record<string, string>
export type Server = Awaited<ReturnType<typeof startServer>>

const running = new Set<ChildProcess>()

/** Ends what a failed scenario left behind. */
export function killServers() {
  for (const child of running) child.kill('SIGKILL')
}

const { PATH = '', HOME = '' } = process.env

function spawnProgram(args: string[], env: Env) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: tmpdir(), // where no .env is
    env: { PATH, HOME, ...COMMON, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Runs a command of the program to its end. */
export async function runCommand(args: string[], env: Env): Promise<void> {
  const [code] = await once(spawnProgram(args, env), 'exit')
  if (code !== 0) throw new Error(`quay-robots ${args.join(' ')} ended with ${code}`)
}

/** Starts the built program, and waits until it is ready. */
export async function startServer(env: Env) {
  const port = env.PORT ?? String(await freePort())
  const startedAt = performance.now()
  const child = spawnProgram(['serve'], { ...env, PORT: port })
  const url = `http://127.0.0.1:${port}`
  await untilReady(url, child)

  /** @returns the exit code; null where a signal ended it */
  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT)
    const [code] = await exited
    clearTimeout(timer)
    return code
  }

  return {
    url,
    port,
    startMs: Math.round(performance.now() - startedAt),
    kill9: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    /** Most resident memory so far (MB). */
    memory: async () => (await memoryOf(child.pid ?? 0)).peak,
  }
}

async function untilReady(url: string, child: ChildProcess) {
  const deadline = performance.now() + START_TIMEOUT
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    if ((await statusOf(`${url}/ready`)) === 200) return
    await sleep(20)
  }
  throw new Error('the server did not become ready')
}

/** 0 where nobody answers. */
export async function statusOf(url: string): Promise<number> {
  try {
    const { statusCode, body } = await request(url, { headersTimeout: 12_000 })
    await body.dump()
    return statusCode
  } catch {
    return 0
  }
}
