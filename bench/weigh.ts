import type { Request } from './load/requests.ts'
import { cpuOf, median } from './measure.ts'
import type { Loader, ServerProcess } from './processes.ts'
import { align, verdict } from './report.ts'

interface Kind {
  name: string
  request: Request
  /** Most times the first of all. */
  target: number
}

export interface Weighed extends Pick<Kind, 'name' | 'target'> {
  /** ms, with one connection. */
  p50: number
  /** Times that of the first. */
  ratio: number
  /** The same of the processor time of the server's process, which a busy machine disturbs less; NaN where nobody tells. */
  cpuRatio: number
}

/** What requests took together. */
interface Spent {
  requests: number
  /** ms */
  cpu: number
}

/** Processor time per request. */
const each = ({ requests, cpu }: Spent) => cpu / requests

export interface WeighOptions {
  rounds: number
  /** ms */
  duration: number
}

/** Measures requests of all kinds in turn, each right after the first, which it is compared with. */
export async function weighBesideFirst(
  kinds: Kind[],
  { loader, server }: { loader: Loader; server: ServerProcess },
  { rounds, duration }: WeighOptions,
): Promise<Weighed[]> {
  const [first] = kinds
  const load = async ({ name, request }: { name: string; request: Request }, spent?: Spent) => {
    const how = { port: server.port, status: 200, first: 0, connections: 1, duration }
    const before = await cpuOf(server.pid)
    const { p50, requests, failures, sample } = await loader.run({ ...how, requests: [request] })
    if (failures > 0) throw new Error(`${name}: ${sample}`)
    if (spent) {
      spent.cpu += ((await cpuOf(server.pid)) ?? Number.NaN) - (before ?? Number.NaN)
      spent.requests += requests
    }
    return p50
  }
  const weighed = kinds.map((kind) => ({
    kind,
    p50s: [] as number[],
    ratios: [] as number[],
    spent: { requests: 0, cpu: 0 },
    spentBeside: { requests: 0, cpu: 0 },
  }))
  for (const kind of kinds) await load(kind) // warms the server up
  for (let round = 0; first && round < rounds; round++) {
    for (const { kind, p50s, ratios, spent, spentBeside } of weighed) {
      const base = await load(first, spentBeside)
      const p50 = kind === first ? base : await load(kind, spent)
      p50s.push(p50)
      ratios.push(p50 / base)
    }
  }
  return weighed.map(({ kind, p50s, ratios, spent, spentBeside }) => ({
    ...{ name: kind.name, target: kind.target },
    p50: median(p50s),
    ratio: median(ratios),
    cpuRatio: kind === first ? 1 : each(spent) / each(spentBeside),
  }))
}

const isMet = ({ ratio, target }: Weighed) => ratio <= target

export const weighedMisses = (weighed: Weighed[]): string[] =>
  weighed.filter((one) => !isMet(one)).map(({ name }) => name)

export const weighedTable = (weighed: Weighed[]) =>
  align([
    ['request', 'p50 ms', '×', 'cpu ×', 'target', ''],
    ...weighed.map((one) => [
      ...[one.name, one.p50.toFixed(2), one.ratio.toFixed(2), one.cpuRatio.toFixed(2)],
      `≤ ${one.target}`,
      verdict(isMet(one)),
    ]),
  ])
