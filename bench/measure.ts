import { readFile } from 'node:fs/promises'
import type { LoadResult } from './load/run.ts'
import type { Operation } from './operations.ts'
import type { Loader, ServerProcess } from './processes.ts'

export interface Plan {
  /** Pairs of rounds; the medians count. Many short ones tell apart the servers from what the machine does. */
  rounds: number
  /** ms of each. */
  duration: number
  warmup: number
  connections: number
  /** Pairs of rounds at half load. */
  halfRounds: number
  /** ms of each. */
  halfDuration: number
}

/** The yardstick is a bare server or, with `--baseline`, another build. */
type Side = 'service' | 'yardstick'
type Sides<Value> = Record<Side, Value>

export interface Figures {
  /** Requests per second. */
  throughput: number
  /** ms */
  p50: number
  p99: number
  /** Processor time that the server's process takes per request (ms); undefined where Linux does not tell. */
  cpu: number | undefined
  /** The same of the database server's processes; undefined where it is not known, or they are the server's own. */
  databaseCpu: number | undefined
}

export interface Measured {
  operation: string
  kind: Operation['kind']
  full: Sides<Figures> & { ratio: Figures }
  /** Both at half of what the service can do (requests per second). */
  half: Sides<Figures> & { ratio: Figures; rate: number }
}

const SIDES: Side[] = ['service', 'yardstick']

/** Connections of the open loop: more than can be in use at half load. */
const OPEN_CONNECTIONS = 64

export interface Bench {
  loader: Loader
  servers: Sides<ServerProcess & { databaseCpu?: () => Promise<number | undefined> }>
  plan: Plan
}

/** Where the numbers of unique names go on. */
let numbered = 0

/** Runs the operation against both in turn, changing who is first. */
export async function measure(bench: Bench, operation: Operation): Promise<Measured> {
  const { rounds, duration, halfRounds, halfDuration, warmup } = bench.plan
  for (const side of SIDES) await load(bench, side, operation, { duration: warmup })
  const full = await pairs(bench, operation, rounds, { duration })
  const rate = full.service.throughput / 2
  const half = await pairs(bench, operation, halfRounds, { duration: halfDuration, rate })
  return { operation: operation.name, kind: operation.kind, full, half: { ...half, rate } }
}

async function pairs(
  bench: Bench,
  operation: Operation,
  rounds: number,
  how: { duration: number; rate?: number },
) {
  const seen: Sides<Figures[]> = { service: [], yardstick: [] }
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
      seen[side].push(await load(bench, side, operation, how))
    }
  }
  const ratios = seen.service.map((figures, round) =>
    divide(figures, seen.yardstick[round] as Figures),
  )
  return {
    service: medians(seen.service),
    yardstick: medians(seen.yardstick),
    ratio: medians(ratios),
  }
}

async function load(
  { loader, servers, plan }: Bench,
  side: Side,
  operation: Operation,
  how: { duration: number; rate?: number },
): Promise<Figures> {
  const { port, pid, databaseCpu } = servers[side]
  const spent = async () => ({ cpu: await cpuOf(pid), databaseCpu: await databaseCpu?.() })
  const before = await spent()
  const result = await loader.run({
    port,
    requests: operation.requests,
    status: operation.status,
    first: numbered,
    connections: how.rate === undefined ? plan.connections : OPEN_CONNECTIONS,
    ...how,
  })
  const after = await spent()
  numbered += result.requests
  assertAnswered(side, operation, result)
  const { throughput, p50, p99, requests } = result
  const each = (name: keyof typeof before) => perRequest(before[name], after[name], requests)
  return { throughput, p50, p99, cpu: each('cpu'), databaseCpu: each('databaseCpu') }
}

const perRequest = (before: number | undefined, after: number | undefined, requests: number) =>
  before === undefined || after === undefined ? undefined : (after - before) / requests

export function assertAnswered(
  side: Side,
  operation: Operation,
  { requests, failures, sample }: LoadResult,
) {
  if (failures === 0 && requests > 0) return
  throw new Error(`${operation.name}: ${failures} of ${requests} failed at the ${side}: ${sample}`)
}

/** ms; a tick of Linux's accounting is 10 ms, on every architecture that Node.js runs on. */
export async function cpuOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields && (Number(fields[11]) + Number(fields[12])) * 10
}

const divide = (a: Figures, b: Figures): Figures => ({
  throughput: a.throughput / b.throughput,
  p50: a.p50 / b.p50,
  p99: a.p99 / b.p99,
  cpu: ratioOf(a.cpu, b.cpu),
  databaseCpu: ratioOf(a.databaseCpu, b.databaseCpu),
})

const ratioOf = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a / b

function medians(figures: Figures[]): Figures {
  const of = (pick: (one: Figures) => number) => median(figures.map(pick))
  const known = (name: 'cpu' | 'databaseCpu') =>
    figures.some((one) => one[name] === undefined) ? undefined : of((one) => one[name] ?? 0)
  return {
    throughput: of((one) => one.throughput),
    p50: of((one) => one.p50),
    p99: of((one) => one.p99),
    cpu: known('cpu'),
    databaseCpu: known('databaseCpu'),
  }
}

export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = sorted.slice(sorted.length % 2 === 1 ? middle : middle - 1)
  return sorted.length % 2 === 1 ? low : (low + high) / 2
}
