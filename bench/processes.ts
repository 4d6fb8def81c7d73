import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../lab/ports.ts'
import type { Load, LoadResult } from './load/run.ts'

const START_TIMEOUT = 60_000

export interface ServerProcess {
  port: number
  url: string
  pid: number
  stop(): Promise<void>
}

/** Starts a server (`node ...args`, told its port by `PORT`) and waits until it takes connections. */
export async function startServer(
  args: string[],
  env: Record<string, string>,
): Promise<ServerProcess> {
  const port = Number(env.PORT ?? (await freePort()))
  const child = spawn(process.execPath, args, {
    cwd: tmpdir(), // where no .env is
    env: { PATH: process.env.PATH, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-4000)
  })
  const until = Date.now() + START_TIMEOUT
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL')
      throw new Error(`${args.join(' ')} did not start: ${complaint}`)
    }
    await sleep(50)
  }
  return { port, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => stop(child) }
}

async function stop(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await ended
  clearTimeout(timer)
}

async function listens(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
  await answer?.body?.cancel()
  return answer !== undefined
}

/** The load generator; one load at a time. */
export function startLoader() {
  const child = fork(new URL('./load/worker.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
  })
  return {
    async run(load: Load): Promise<LoadResult> {
      child.send(load)
      const [message] = await once(child, 'message')
      const { result, error } = message as { result?: LoadResult; error?: string }
      if (!result) throw new Error(`the load failed: ${error}`)
      return result
    },
    stop: () => stop(child),
  }
}

export type Loader = ReturnType<typeof startLoader>
