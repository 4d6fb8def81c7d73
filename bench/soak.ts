import { memoryOf } from '../lab/memory.ts'
import type { EngineName } from './engines.ts'
import { assertAnswered, median } from './measure.ts'
import type { Operation } from './operations.ts'
import type { Loader, ServerProcess } from './processes.ts'
import { verdict } from './report.ts'

interface Soaked {
  minutes: number
  requests: number
  /** Resident memory of the service's process (MB): before the load, then after each turn of all operations. */
  rss: number[]
}

const SLICE = 3_000
const TRIAL = 2_000
const CONNECTIONS = 16

/** Keeps the service at all operations in turn, at half the rate that it can take, and watches its memory. */
export async function soak(
  loader: Loader,
  { port, pid }: ServerProcess,
  operations: Operation[],
  minutes: number,
): Promise<Soaked> {
  let requests = 0
  async function load(operation: Operation, duration: number, rate?: number) {
    const { status } = operation
    const how = { port, status, duration, first: requests, connections: CONNECTIONS }
    const result = await loader.run({
      ...how,
      requests: operation.requests,
      ...(rate !== undefined && { rate }),
    })
    assertAnswered('service', operation, result)
    requests += result.requests
    return result.throughput
  }

  const rss = [(await memoryOf(pid)).rss]
  const rates = new Map<Operation, number>()
  for (const operation of operations) rates.set(operation, (await load(operation, TRIAL)) / 2)
  const until = performance.now() + minutes * 60_000
  while (performance.now() < until) {
    for (const [operation, rate] of rates) await load(operation, SLICE, rate)
    rss.push((await memoryOf(pid)).rss)
  }
  return { minutes, requests, rss }
}

/** Most memory under steady load (MB). */
const TARGETS: Record<EngineName, number> = { postgresql: 150, pglite: 350 }
/** How many times its median of the second quarter that of the last may be: what grows without bounds shows there. */
const MOST_GROWTH = 1.05

function judge(engine: EngineName, { rss }: Soaked) {
  const during = rss.slice(1)
  const quarter = Math.ceil(during.length / 4)
  const early = median(during.slice(quarter, 2 * quarter))
  const late = median(during.slice(-quarter))
  const most = Math.max(...during)
  return {
    early,
    late,
    most,
    isSmall: most <= TARGETS[engine],
    isFlat: late <= early * MOST_GROWTH,
  }
}

export function soakMisses(engine: EngineName, soaked: Soaked): string[] {
  const { isSmall, isFlat } = judge(engine, soaked)
  return [...(isSmall ? [] : ['memory']), ...(isFlat ? [] : ['growth of memory'])]
}

export function soakReport(engine: EngineName, soaked: Soaked): string {
  const { early, late, most, isSmall, isFlat } = judge(engine, soaked)
  return [
    `${soaked.minutes} minutes, ${soaked.requests} requests`,
    `RSS before the load ${soaked.rss[0]} MB, at most ${most} MB (target ${TARGETS[engine]}): ${verdict(isSmall)}`,
    `median of the second quarter ${early} MB, of the last ${late} MB: ${verdict(isFlat)}`,
    '',
  ].join('\n')
}
