import type { Engine, Target } from './engines.ts'
import type { BenchIssuer } from './issuer.ts'
import { assertAnswered, median } from './measure.ts'
import { operationsOf } from './operations.ts'
import { orderedId } from './ordered-ids.ts'
import { ask } from './postgres.ts'
import type { Loader, ServerProcess } from './processes.ts'
import { align, verdict } from './report.ts'
import type { Settings } from './servers.ts'
import { createWorld } from './world.ts'

/** What is older than a month: entries of one day. */
const ENTRIES = 10_000_000
const RETENTION_DAYS = 30
/** Most times as long as without deletions, at half load. */
const TARGET = 2
const CONNECTIONS = 64
/** ms */
const WINDOW = 2000
const TRIAL = 3000
/** Windows without deletions after each start, to compare with. */
const IDLE_WINDOWS = 5

interface Window {
  deleted: number
  /** ms */
  p50: number
  p99: number
}

export interface Retained {
  entries: number
  /** Requests per second: half of what the service takes. */
  rate: number
  idle: Window[]
  during: Window[]
}

interface Means {
  issuer: BenchIssuer
  loader: Loader
  track: (end: () => Promise<void>) => void
  say: (text: string) => void
}

/**
 * Loads a service with requests for registry tokens while it deletes a day of the log, and when it has for the hour. As an
 * hour is too long, it is started again until the day is gone.
 */
export async function measureRetention(
  engine: Engine,
  settings: Settings,
  { issuer, loader, track, say }: Means,
): Promise<Retained> {
  const target = await engine.create()
  const url = target.env.DATABASE_URL
  if (url === undefined) throw new TypeError('--retention is of PostgreSQL')
  const first = await settings.startService(target)
  const world = await createWorld(first.url, issuer).finally(first.stop)
  const operation = operationsOf(world).find(({ name }) => name === 'registry token')
  if (operation === undefined) throw new Error('no operation is called registry token')
  say(`filling the log with ${ENTRIES} entries\n`)
  await ask(url, FILL)
  await ask(url, 'VACUUM ANALYZE audit_entries')

  const load = async ({ port }: ServerProcess, duration: number, rate?: number) => {
    const { requests, status } = operation
    const how = { port, requests, status, duration, first: 0, connections: CONNECTIONS }
    const result = await loader.run({ ...how, ...(rate !== undefined && { rate }) })
    assertAnswered('service', operation, result)
    return result
  }

  const withoutRetention = await settings.startService(target)
  await load(withoutRetention, TRIAL) // warms the server up
  const { throughput } = await load(withoutRetention, TRIAL).finally(withoutRetention.stop)
  const retained: Retained = { entries: ENTRIES, rate: throughput / 2, idle: [], during: [] }
  while ((await leftIn(url)) > 0) {
    const server = await settings.startService(retaining(target))
    track(server.stop)
    for (let idle = 0; idle < IDLE_WINDOWS; ) {
      const before = await deletedFrom(url)
      const { p50, p99 } = await load(server, WINDOW, retained.rate)
      const window = { deleted: (await deletedFrom(url)) - before, p50, p99 }
      if (window.deleted === 0) idle++
      retained[window.deleted === 0 ? 'idle' : 'during'].push(window)
    }
    await server.stop()
    say(`${await leftIn(url)} entries are left\n`)
  }
  return retained
}

const retaining = ({ env }: Target): Target => ({
  env: { ...env, LOG_RETENTION_DAYS: String(RETENTION_DAYS) },
})

const numberOf = async (url: string, sql: string) => Number((await ask(url, sql))[0]?.number)

const deletedFrom = (url: string) =>
  numberOf(
    url,
    `SELECT n_tup_del AS number FROM pg_stat_user_tables WHERE relname = 'audit_entries'`,
  )

const leftIn = (url: string) =>
  numberOf(
    url,
    `SELECT count(*) AS number FROM audit_entries
     WHERE created_at < now() - interval '${RETENTION_DAYS} days'`,
  )

const FILL = `
  INSERT INTO audit_entries (id, kind, namespace_id, namespace_name, performer_name, ip, metadata, created_at)
  SELECT ${orderedId('at', 'i::text')},
         (ARRAY['login_success', 'login_failure', 'create_robot', 'regenerate_robot_token'])[1 + i % 4],
         n.id, n.name, 'bench', '192.0.2.1', json_build_object('robot', 'acme+robot' || i % 1000), at
  FROM namespaces n, generate_series(1, ${ENTRIES}) i,
       LATERAL (SELECT now() - interval '40 days' + i * interval '1 day' / ${ENTRIES} AS at) times
  WHERE n.name = 'acme'`

const p99Of = (windows: Window[]) => median(windows.map(({ p99 }) => p99))

const ratioOf = ({ idle, during }: Retained) => p99Of(during) / p99Of(idle)

export const retentionMisses = (retained: Retained): string[] =>
  ratioOf(retained) <= TARGET ? [] : ['p99 while entries are deleted']

export function retentionReport(retained: Retained): string {
  const { entries, rate, idle, during } = retained
  const seconds = (during.length * WINDOW) / 1000
  const row = (name: string, windows: Window[]) => [
    name,
    String(windows.length),
    median(windows.map(({ p50 }) => p50)).toFixed(2),
    p99Of(windows).toFixed(2),
    Math.max(...windows.map(({ p99 }) => p99)).toFixed(2),
  ]
  return [
    `${entries} entries deleted in ${seconds} s, beside ${rate.toFixed(0)} registry tokens a second`,
    align([
      ['', 'windows', 'p50 ms', 'p99 ms', 'worst p99 ms'],
      row('deleting', during),
      row('not deleting', idle),
    ]),
    `p99 ${ratioOf(retained).toFixed(2)} times as long (target ${TARGET}): ${verdict(ratioOf(retained) <= TARGET)}`,
    '',
  ].join('\n')
}
