import cluster, { type Worker } from 'node:cluster'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FromWorker, ToWorker } from './messages.ts'
import { createSwitchboard, type Line } from './switchboard.ts'
import { WORKER_INDEX } from './worker-index.ts'

/** How long to wait before another try where a new worker did not start (ms). */
const START_PAUSE = 1_000

interface WorkersOptions {
  count: number
  /** Told of each that has ended without being asked to. */
  onLost(lost: { pid: number | undefined; code: number | null; signal: string | null }): void
}

/**
 * Runs workers, each of which runs this program again and serves the same port. One that dies is replaced; where one does not
 * start in the first place, all are stopped.
 */
export function runWorkers({ count, onLost }: WorkersOptions) {
  const switchboard = createSwitchboard()
  const alive = new Set<Worker>()
  /** Those that have said that they serve. */
  const ready = new Set<Worker>()
  let hasStarted = false
  let isStopping = false
  let exitCode = 0
  let end: (exitCode: number) => void
  const ended = new Promise<number>((resolve) => {
    end = resolve
  })
  cluster.setupPrimary({ serialization: 'advanced' })

  function start(index: number) {
    const worker = cluster.fork({ [WORKER_INDEX]: String(index) })
    const line: Line = {
      // One that has just died is told nothing.
      send: (message: ToWorker) => worker.isConnected() && worker.send(message, () => {}),
    }
    alive.add(worker)
    switchboard.connect(line)
    worker.on('message', (message: FromWorker) => {
      if (message.say === 'ready') {
        ready.add(worker)
        hasStarted ||= ready.size === count
      } else switchboard.take(line, message)
    })
    worker.once('exit', (code, signal) => {
      alive.delete(worker)
      switchboard.disconnect(line)
      void exited(worker, index, { code, signal })
    })
  }

  async function exited(
    worker: Worker,
    index: number,
    how: { code: number | null; signal: string | null },
  ) {
    const wasReady = ready.delete(worker)
    if (isStopping || !hasStarted) {
      if (how.code !== 0) exitCode ||= how.code ?? 1
      stop('SIGTERM')
      if (alive.size === 0) end(exitCode)
      return
    }
    onLost({ pid: worker.process.pid, ...how })
    if (!wasReady) await sleep(START_PAUSE)
    if (!isStopping) start(index)
  }

  /** Has all workers end as a server does by itself. */
  function stop(signal: NodeJS.Signals) {
    if (isStopping) return
    isStopping = true
    for (const worker of alive) worker.process.kill(signal)
  }

  for (let index = 0; index < count; index++) start(index)
  return { ended, stop }
}
