import { readFile } from 'node:fs/promises'
import { assertAnswered } from './measure.ts'
import type { Operation } from './operations.ts'
import type { Loader, ServerProcess } from './processes.ts'

export interface SoakOptions {
  minutes: number
  /** Requests per second, of one operation after the other. */
  rate: number
}

export interface Soaked extends SoakOptions {
  requests: number
  /** Resident memory of the service's process (MiB): before the load, then after each turn of all operations. */
  rss: number[]
}

const SLICE = 3_000
const CONNECTIONS = 16

/** Keeps the service at all operations in turn, and watches its memory. */
export async function soak(
  loader: Loader,
  { port, pid }: ServerProcess,
  operations: Operation[],
  { minutes, rate }: SoakOptions,
): Promise<Soaked> {
  const rss = [await rssOf(pid)]
  const until = performance.now() + minutes * 60_000
  let requests = 0
  while (performance.now() < until) {
    for (const operation of operations) {
      const result = await loader.run({
        port,
        requests: operation.requests,
        status: operation.status,
        first: requests,
        connections: CONNECTIONS,
        duration: SLICE,
        rate,
      })
      assertAnswered('service', operation, result)
      requests += result.requests
    }
    rss.push(await rssOf(pid))
  }
  return { minutes, rate, requests, rss }
}

async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024)
}

/** Memory in the first and in the second half: what grows without bounds is seen in the second one. */
export function soakReport({ minutes, rate, requests, rss }: Soaked): string {
  const half = Math.ceil(rss.length / 2)
  const range = (part: number[]) => `${Math.min(...part)} to ${Math.max(...part)} MiB`
  return [
    `${minutes} minutes, ${requests} requests at ${rate} a second`,
    `RSS before the load: ${rss[0]} MiB`,
    `RSS in the first half: ${range(rss.slice(1, half))}, in the second: ${range(rss.slice(half))}, at the end: ${rss.at(-1)} MiB`,
    '',
  ].join('\n')
}
