import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf } from '../lab/memory.ts'
import { freePort } from '../lab/ports.ts'
import type { Engine, EngineName, Target } from './engines.ts'
import { Connection } from './load/connection.ts'
import { bytesOf } from './load/requests.ts'
import { median } from './measure.ts'
import { align, verdict } from './report.ts'
import type { Settings } from './servers.ts'

interface Started {
  database: 'new' | 'old'
  /** From the start of the process to the first answer to a request that asks the database (ms). */
  ms: number[]
  /** Most resident memory (MB) until two seconds after the first answer. */
  peak: number[]
}

const RUNS = 10
const START_TIMEOUT = 60_000
const SETTLING = 2_000
/** For one answer; it is asked again then. */
const PATIENCE = 1_000
const ASK = bytesOf({ method: 'GET', path: '/health/endtoend', headers: {} })

/**
 * Starts the service again and again, on a new database each time and on one that has been started on before. What
 * it reads from disk is in memory by then.
 *
 * @param track is told how to end each
 */
export async function measureStarts(
  engine: Engine,
  settings: Settings,
  track: (end: () => void) => void,
): Promise<Started[]> {
  const startOnce = (target: Target) => startAndStop(target, settings, track)
  const old = await engine.create()
  await startOnce(old)
  const started: Started[] = [
    { database: 'new', ms: [], peak: [] },
    { database: 'old', ms: [], peak: [] },
  ]
  for (let run = 0; run < RUNS; run++) {
    for (const { database, ms, peak } of started) {
      const seen = await startOnce(database === 'new' ? await engine.create() : old)
      ms.push(seen.ms)
      peak.push(seen.peak)
    }
  }
  return started
}

async function startAndStop(target: Target, settings: Settings, track: (end: () => void) => void) {
  const { args, env } = settings.serviceOn(target)
  const port = await freePort()
  const begin = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: tmpdir(), // where no .env is
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  track(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  try {
    await untilAnswered(port, child)
    const ms = performance.now() - begin
    await sleep(SETTLING)
    return { ms, peak: (await memoryOf(child.pid ?? 0)).peak }
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

async function untilAnswered(port: number, child: ChildProcess) {
  const until = Date.now() + START_TIMEOUT
  while (child.exitCode === null && Date.now() < until) {
    const connection = new Connection(port)
    const answered = connection.send(ASK).catch(() => undefined)
    const reply = await Promise.race([answered, sleep(PATIENCE)])
    connection.close()
    if (reply?.status === 200) return
    await sleep(5)
  }
  throw new Error('the service did not start')
}

/** Longest time to the first answer (ms): on a server that is there, and for a new folder. */
const TARGETS: Record<EngineName, number> = { postgresql: 1000, pglite: 3000 }

const isMet = (engine: EngineName, { ms }: Started) => median(ms) <= TARGETS[engine]

export const startMisses = (engine: EngineName, started: Started[]): string[] =>
  started.filter((one) => !isMet(engine, one)).map(({ database }) => `${database} database`)

export const startTable = (engine: EngineName, started: Started[]) =>
  align([
    ['database', 'median ms', 'least', 'most', 'target', '', 'peak RSS MB'],
    ...started.map((one) => {
      const { database, ms, peak } = one
      return [
        ...[
          database,
          median(ms).toFixed(0),
          Math.min(...ms).toFixed(0),
          Math.max(...ms).toFixed(0),
        ],
        ...[`≤ ${TARGETS[engine]}`, verdict(isMet(engine, one))],
        String(Math.max(...peak)),
      ]
    }),
  ])
