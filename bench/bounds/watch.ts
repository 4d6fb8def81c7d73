import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf } from '../../lab/memory.ts'
import { Connection } from '../load/connection.ts'
import { bytesOf } from '../load/requests.ts'
import type { ServerProcess } from '../processes.ts'

const LIVE = bytesOf({ method: 'GET', path: '/live', headers: {} })
/** Between two questions (ms). */
const PAUSE = 5
const MEMORY_PAUSE = 50

export interface Seen {
  /** How long `/live` took to answer (ms), 99 of 100 times at most. */
  liveP99: number
  /** Most resident memory (MB). */
  rss: number
}

/** Keeps asking a server whether it lives, and its memory, for as long as `work` takes; one that dies took for ever. */
export async function watch<T>(
  server: ServerProcess,
  work: () => Promise<T>,
): Promise<Seen & { result: T }> {
  const times: number[] = []
  let rss = 0
  let isDone = false
  const asking = async () => {
    const connection = new Connection(server.port)
    while (!isDone) {
      const begin = performance.now()
      await connection.send(LIVE)
      times.push(performance.now() - begin)
      await sleep(PAUSE)
    }
    connection.close()
  }
  const weighing = async () => {
    while (!isDone) {
      rss = Math.max(rss, (await memoryOf(server.pid)).rss)
      await sleep(MEMORY_PAUSE)
    }
  }
  const watching = Promise.allSettled([asking(), weighing()])
  try {
    const result = await work()
    isDone = true
    const isAlive = (await watching).every(({ status }) => status === 'fulfilled')
    return { result, rss, liveP99: isAlive ? percentile(times, 0.99) : Number.POSITIVE_INFINITY }
  } finally {
    isDone = true
    await watching
  }
}

export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
