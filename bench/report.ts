import { arch, cpus, release, totalmem } from 'node:os'
import type { Measured } from './measure.ts'

/** Least share of the yardstick's throughput. */
export const TARGETS: Record<Measured['kind'], number> = { read: 0.8, token: 0.8, write: 0.7 }
/** Most times the yardstick's p99 at half load. */
const HALF_LOAD_TARGET = 2

export const machine = () => ({
  node: process.version,
  compileCache: process.env.NODE_COMPILE_CACHE !== undefined,
  processors: cpus().length,
  model: cpus()[0]?.model,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${release()} ${arch()}`,
})

const HEAD = [
  ...['operation', 'service/s', 'yardstick/s', 'ratio', 'target', ''],
  ...['p50 ms', 'p99 ms', 'p50 ×', 'p99 ×', 'cpu ×', 'half load: p99 ms', '×', ''],
]

export const verdict = (isMet: boolean) => (isMet ? 'ok' : 'MISSED')

const hasThroughput = ({ kind, full }: Measured) => full.ratio.throughput >= TARGETS[kind]
const hasHalfLoad = ({ half }: Measured) => half.ratio.p99 <= HALF_LOAD_TARGET

export const missesOf = (measured: Measured[]): string[] => [
  ...measured.filter((one) => !hasThroughput(one)).map((one) => `${one.operation}: throughput`),
  ...measured.filter((one) => !hasHalfLoad(one)).map((one) => `${one.operation}: p99 at half load`),
]

/** Throughput is better where it is higher, and all else where it is lower. */
export function table(measured: Measured[]): string {
  const rows = measured.map((one) => {
    const { operation, kind, full, half } = one
    return [
      ...[operation, full.service.throughput.toFixed(0), full.yardstick.throughput.toFixed(0)],
      ...[full.ratio.throughput.toFixed(2), `≥ ${TARGETS[kind]}`],
      verdict(hasThroughput(one)),
      ...[full.service.p50.toFixed(2), full.service.p99.toFixed(2)],
      ...[full.ratio.p50.toFixed(2), full.ratio.p99.toFixed(2), full.ratio.cpu?.toFixed(2) ?? '-'],
      ...[half.service.p99.toFixed(2), half.ratio.p99.toFixed(2)],
      verdict(hasHalfLoad(one)),
    ]
  })
  return align([HEAD, ...rows])
}

export function align(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))),
  )
  return `${lines.map((cells) => cells.join('  ').trimEnd()).join('\n')}\n`
}
