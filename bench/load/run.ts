import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from './connection.ts'
import { createSource, type Request } from './requests.ts'

export interface Load {
  port: number
  requests: Request[]
  /** Any other status is a failure. */
  status: number
  /** Where the numbers of unique names begin. */
  first: number
  connections: number
  /** ms */
  duration: number
  /** Requests per second that arrive whatever the answers do; undefined: each connection waits for its answer. */
  rate?: number
}

export interface LoadResult {
  requests: number
  failures: number
  /** An answer with another status, to see what was wrong. */
  sample?: string
  /** Requests per second. */
  throughput: number
  /** ms */
  p50: number
  p99: number
}

export async function runLoad(load: Load): Promise<LoadResult> {
  const connections = Array.from({ length: load.connections }, () => new Connection(load.port))
  const seen = createRecord(load.status)
  const next = createSource(load.requests, load.first)
  const begin = performance.now()
  try {
    if (load.rate === undefined) {
      await Promise.all(connections.map((one) => repeat(one, next, begin + load.duration, seen)))
    } else {
      await arrive(connections, next, { ...load, rate: load.rate }, seen)
    }
    return seen.result(performance.now() - begin)
  } finally {
    for (const connection of connections) connection.close()
  }
}

type Record = ReturnType<typeof createRecord>

function createRecord(expected: number) {
  const latencies: number[] = []
  let failures = 0
  let sample: string | undefined
  return {
    add(begin: number, { status, body }: { status: number; body: Buffer }) {
      latencies.push(performance.now() - begin)
      if (status === expected) return
      failures += 1
      sample ??= `${status} ${body.toString().slice(0, 300)}`
    },
    result(elapsed: number): LoadResult {
      latencies.sort((a, b) => a - b)
      const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0
      return {
        requests: latencies.length,
        failures,
        ...(sample !== undefined && { sample }),
        throughput: (latencies.length - failures) / (elapsed / 1000),
        p50: at(0.5),
        p99: at(0.99),
      }
    },
  }
}

/** Closed loop. */
async function repeat(connection: Connection, next: () => Buffer, until: number, seen: Record) {
  while (performance.now() < until) {
    const begin = performance.now()
    seen.add(begin, await connection.send(next()))
  }
}

/** Open loop: a request that finds all connections busy waits, and its wait counts. */
async function arrive(
  connections: Connection[],
  next: () => Buffer,
  { rate, duration }: { rate: number; duration: number },
  seen: Record,
) {
  const idle = [...connections]
  const waiting: number[] = []
  let underWay = 0
  const serve = async (connection: Connection, arrived: number): Promise<void> => {
    seen.add(arrived, await connection.send(next()))
    const oldest = waiting.shift()
    if (oldest !== undefined) return serve(connection, oldest)
    idle.push(connection)
  }
  const failed: unknown[] = []
  const begin = performance.now()
  for (let sent = 0; sent < (rate * duration) / 1000; ) {
    const due = Math.floor(((performance.now() - begin) / 1000) * rate)
    for (; sent < due; sent++) {
      const connection = idle.pop()
      const now = performance.now()
      if (!connection) waiting.push(now)
      else {
        underWay++
        serve(connection, now)
          .catch((error) => failed.push(error))
          .finally(() => underWay--)
      }
    }
    await sleep(1)
  }
  while (underWay > 0) await sleep(1)
  if (failed.length > 0) throw failed[0]
}
