import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, createClient, DEADLINE, initialize, percentile } from '../lib/client.ts'
import type { DatabaseServer } from '../lib/database.ts'
import { createLedger, type Ledger } from '../lib/ledger.ts'
import { keepDoing } from '../lib/load.ts'
import { type DatabaseProxy, startProxy } from '../lib/proxy.ts'
import type { OutcomeBuilder } from '../lib/report.ts'
import { type Server, startServer, statusOf } from '../lib/server.ts'
import { verifyLedger } from '../lib/verify.ts'

const DATABASE = 'trouble'
const CALLERS = 20
/** Resident memory that a server stays below, whatever its database does (MB). */
const MEMORY = 350
/** Longest time from the end of a trouble until all is well (ms). */
const RECOVERY = 15_000

/** Where the database says no, or nothing answers at its address, the wait for a connection is no more than this (ms). */
const FAST = 2_000
/** Where all fall silent, a wait for a connection and one for an answer (ms). */
const GIVEN_UP = 6_000

interface Trouble {
  name: string
  /** What /ready, /health/instance and /live answer meanwhile, where it is sure. */
  health?: [number, number, number]
  /** Longest time to a refusal at the median, where there must be refusals (ms). */
  refusedWithin?: number
  /** Whether changes are made meanwhile. */
  serves?: true
  begin(): Promise<unknown>
  end(): Promise<unknown>
}

/** Everything that can befall a database: each request is answered in time, and afterwards all is well. */
export async function troubleDatabase(
  cluster: DatabaseServer,
  outcome: OutcomeBuilder,
  seconds: number,
) {
  await cluster.createDatabase(DATABASE)
  const proxy = await startProxy(cluster.port)
  const databaseUrl = `postgresql://app@127.0.0.1:${proxy.port}/${DATABASE}`
  const server = await startServer({
    DATABASE_URL: databaseUrl,
    // What is not let go of ends the server soon.
    NODE_OPTIONS: '--max-old-space-size=128',
  })
  const token = await initialize(server.url)
  const client = createClient(server.url, { token, connections: 2 * CALLERS })
  const ledger = createLedger(outcome)

  for (const trouble of troublesOf(cluster, proxy)) {
    client.takeAnswers()
    const stop = keepDoing(async () => {
      if (!(await ledger.liveOne(client))) await sleep(10)
    }, CALLERS)
    await sleep(300)
    await trouble.begin()
    await sleep(trouble.health ? 1_000 : 0)
    const [ready, instance, live] = await healthOf(server)
    const expected = trouble.health ?? [ready, instance, 200]
    const health = `${ready}, ${instance}, ${live}`
    outcome.promise(`${trouble.name}: health said ${health}`, health === expected.join(', '))
    await sleep(seconds * 1000)
    if (trouble.serves) {
      const seen = await untilChanged(ledger)
      outcome.promise(`${trouble.name}: no change was made`, seen < RECOVERY)
    }
    const memory = await server.memory()
    await trouble.end()
    const recovery = await timeToRecover(server, ledger)
    await stop()
    judge(trouble, client.takeAnswers(), outcome)
    outcome.promise(`${trouble.name}: ${memory} MB of memory`, memory < MEMORY)
    outcome.promise(`${trouble.name}: recovered after ${recovery} ms`, recovery < RECOVERY)
    outcome.saw(`well again after ${recovery} ms, ${memory} MB`)
  }
  await verifyLedger(client, ledger, outcome)
  await client.close()
  outcome.promise('the server ended with another code than 0', (await server.stop()) === 0)
  proxy.close()
}

function judge({ name, refusedWithin }: Trouble, answers: Answer[], outcome: OutcomeBuilder) {
  const refused = answers.filter(({ status }) => status >= 400)
  const slowest = Math.max(...answers.map(({ ms }) => ms))
  for (const { status, body, retryAfter } of refused) {
    const isUnavailable = status === 503 && body?.error_type === 'unavailable'
    outcome.promise(`${name}: answered ${status} ${JSON.stringify(body)}`, isUnavailable)
    outcome.promise(`${name}: 503 without Retry-After`, retryAfter !== undefined)
  }
  const unanswered = answers.filter(({ status }) => status === 0).length
  outcome.promise(`${name}: ${unanswered} requests without an answer`, unanswered === 0)
  outcome.promise(`${name}: a request took ${slowest} ms`, slowest < DEADLINE)
  const p50 = percentile(
    refused.map(({ ms }) => ms),
    0.5,
  )
  if (refusedWithin !== undefined) {
    outcome.promise(`${name}: nobody noticed`, refused.length > 0)
    outcome.promise(`${name}: refused after ${p50} ms`, p50 < refusedWithin)
  }
  outcome.saw(
    `**${name}** ${answers.length - refused.length} done, ${refused.length} × 503 (p50 ${p50} ms), slowest ${slowest} ms`,
  )
}

const healthOf = (server: Server) =>
  Promise.all(['/ready', '/health/instance', '/live'].map((path) => statusOf(server.url + path)))

/** Until changes are made again, and health says that all is well (ms). */
async function timeToRecover(server: Server, ledger: Ledger): Promise<number> {
  const startedAt = performance.now()
  await untilChanged(ledger)
  while (performance.now() - startedAt < RECOVERY) {
    if ((await healthOf(server)).every((status) => status === 200)) break
    await sleep(50)
  }
  return Math.round(performance.now() - startedAt)
}

/** The time until a change is made (ms), `RECOVERY` or more where there is none for that long. */
async function untilChanged(ledger: Ledger): Promise<number> {
  const startedAt = performance.now()
  const before = ledger.acknowledged()
  while (ledger.acknowledged() === before && performance.now() - startedAt < RECOVERY)
    await sleep(5)
  return performance.now() - startedAt
}

function troublesOf(cluster: DatabaseServer, proxy: DatabaseProxy): Trouble[] {
  const set = async (value: 'on' | 'off') => {
    await cluster.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`)
    await cluster.query('SELECT pg_reload_conf()')
  }
  const limit = (connections: number) =>
    cluster.query(`ALTER DATABASE ${DATABASE} CONNECTION LIMIT ${connections}`)
  const nothing = async () => {}
  return [
    {
      name: 'stopped',
      health: [503, 503, 200],
      refusedWithin: FAST,
      begin: () => cluster.stop('immediate'),
      end: () => cluster.start(),
    },
    {
      name: 'restarted',
      begin: () => cluster.stop('fast').then(() => cluster.start()),
      end: nothing,
    },
    {
      name: 'connections cut',
      async begin() {
        for (let n = 0; n < 5; n++) await cluster.cut(DATABASE).then(() => sleep(100))
      },
      end: nothing,
    },
    {
      name: 'slow (100 ms a packet)',
      serves: true,
      begin: async () => proxy.slow(100),
      end: async () => proxy.heal(),
    },
    {
      name: 'silent',
      health: [503, 503, 200],
      refusedWithin: GIVEN_UP,
      begin: async () => proxy.deafen(),
      end: async () => proxy.restart(),
    },
    {
      name: 'silent, then back on the same connections',
      health: [503, 503, 200],
      refusedWithin: GIVEN_UP,
      begin: async () => proxy.deafen(),
      end: async () => proxy.heal(),
    },
    {
      name: 'read-only',
      health: [200, 503, 200],
      refusedWithin: FAST,
      begin: () => set('on'),
      end: () => set('off'),
    },
    {
      name: 'out of connections',
      health: [503, 503, 200],
      refusedWithin: FAST,
      begin: () => limit(0).then(() => cluster.cut(DATABASE)),
      end: () => limit(-1),
    },
  ]
}
