import type { Engine, Target } from './engines.ts'
import type { BenchIssuer } from './issuer.ts'
import type { Figures, Measured } from './measure.ts'
import { operationsOf } from './operations.ts'
import { align } from './report.ts'
import type { Settings } from './servers.ts'
import { createWorld } from './world.ts'

interface OtherBuild {
  /** Where it is installed and built. */
  folder: string
  /** Is told how to end what is started. */
  track(end: () => Promise<unknown>): void
  /** What Node.js is told besides, for both. */
  profile: string[]
}

/**
 * This build and another one at work, on equal databases: the other fills one, of which this build gets a copy, as an
 * upgrade would. Both get statistics of what is in them.
 */
export async function prepareBuilds(
  engine: Engine,
  settings: Settings,
  issuer: BenchIssuer,
  { folder, track, profile }: OtherBuild,
) {
  const target = await engine.create()
  const filling = await settings.startService(target, [], folder)
  const world = await createWorld(filling.url, issuer).finally(filling.stop)
  const upgraded = await engine.copy(target)
  await (await settings.startService(upgraded)).stop()
  const analyzed = await engine.copy(upgraded)
  async function start(database: Target, build?: string) {
    const server = await settings.startService(database, profile, build)
    track(server.stop)
    return { ...server, databaseCpu: () => engine.cpuOf(database) }
  }
  return {
    operations: operationsOf(world),
    servers: { service: await start(analyzed), yardstick: await start(target, folder) },
  }
}

/** Processor time of server and database together (ms). */
const allCpu = ({ cpu, databaseCpu = 0 }: Figures) => cpu && cpu + databaseCpu

const microseconds = (ms: number | undefined) => (ms === undefined ? '-' : (ms * 1000).toFixed(0))

/** Of each build, and this one's as a share of the other's. */
function cpuCells({ full: { service, yardstick } }: Measured) {
  const [own, others] = [allCpu(service), allCpu(yardstick)]
  const ratio = own === undefined || others === undefined ? '-' : (own / others).toFixed(2)
  return [microseconds(own), microseconds(others), ratio]
}

/** Throughput is better where it is higher, and all else where it is lower. */
export const baselineTable = (measured: Measured[]) =>
  align([
    [
      ...['operation', 'service/s', 'baseline/s', 'ratio', 'cpu µs', 'baseline cpu µs', 'cpu ×'],
      ...['server ×', 'database ×', 'p50 ms', 'p99 ms', 'p50 ×', 'p99 ×'],
      ...['half load: p99 ms', '×'],
    ],
    ...measured.map((one) => {
      const { operation, full, half } = one
      const { service, yardstick, ratio } = full
      return [
        ...[operation, service.throughput.toFixed(0), yardstick.throughput.toFixed(0)],
        ...[ratio.throughput.toFixed(2), ...cpuCells(one)],
        ...[ratio.cpu?.toFixed(2) ?? '-', ratio.databaseCpu?.toFixed(2) ?? '-'],
        ...[service.p50.toFixed(2), service.p99.toFixed(2)],
        ...[ratio.p50.toFixed(2), ratio.p99.toFixed(2)],
        ...[half.service.p99.toFixed(2), half.ratio.p99.toFixed(2)],
      ]
    }),
  ])
