import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type DatabaseServer, startDatabaseServer } from './lib/database.ts'
import { createOutcome, type OutcomeBuilder, type Row, table } from './lib/report.ts'
import { killServers } from './lib/server.ts'
import { troubleDatabase } from './scenarios/database.ts'
import { killBeforeDelivery } from './scenarios/deliveries.ts'
import { loseThePrimary } from './scenarios/failover.ts'
import { hostileIssuers } from './scenarios/issuers.ts'
import { killUnderLoad } from './scenarios/kill.ts'
import { overload } from './scenarios/overload.ts'
import { runReplicas } from './scenarios/replicas.ts'
import { stopUnderLoad } from './scenarios/shutdown.ts'

// npm run chaos [-- --short] [-- --only WORD]
// Breaks what a server depends on, and the server itself, and fails where a promise of the documentation is broken.

const { short: isShort, only } = readOptions()
/** Of a scenario (ms); the longest takes half of it. */
const TIME_LIMIT = 10 * 60_000
/** Not about how long anything takes, and without a database in common: the short form plays them at the same time. */
const TOGETHER = ['kill -9 under load, PGlite', 'several servers']
/** The same as on PostgreSQL, with a slow start; and what needs more of Debian, and minutes. */
const NOT_IN_SHORT = ['overload, PGlite', 'the primary fails over']
const isChosen = (name: string) =>
  only !== undefined ? name.includes(only) : !isShort || !NOT_IN_SHORT.includes(name)

type Scenario = (cluster: DatabaseServer, outcome: OutcomeBuilder, dataDir: string) => Promise<void>

const SCENARIOS: Record<string, Scenario> = {
  'kill -9 under load, PGlite': (_, outcome, DATA_DIR) =>
    killUnderLoad({ DATA_DIR }, outcome, isShort ? 3 : 10),
  'kill -9 under load, PostgreSQL': async (cluster, outcome) =>
    killUnderLoad(
      { DATABASE_URL: await cluster.createDatabase('kill') },
      outcome,
      isShort ? 3 : 10,
    ),
  'kill -9 before deliveries to webhooks': async (cluster, outcome, folder) =>
    killBeforeDelivery(
      { env: { DATABASE_URL: await cluster.createDatabase('deliveries') }, folder },
      outcome,
      isShort ? 4 : 100,
    ),
  'trouble with PostgreSQL': (cluster, outcome) =>
    troubleDatabase(cluster, outcome, isShort ? 0.5 : 12),
  'several servers': (cluster, outcome) =>
    runReplicas(cluster, outcome, isShort ? 10 : 100, !isShort),
  'SIGTERM under load': (cluster, outcome) => stopUnderLoad(cluster, outcome, isShort ? 1 : 8),
  'overload, PostgreSQL': async (cluster, outcome) =>
    overload({ DATABASE_URL: await cluster.createDatabase('overload') }, outcome, isShort ? 2 : 15),
  'overload, PGlite': (_, outcome, DATA_DIR) => overload({ DATA_DIR }, outcome, isShort ? 2 : 15),
  'hostile issuers': async (cluster, outcome) =>
    hostileIssuers({ DATABASE_URL: await cluster.createDatabase('issuers') }, outcome),
  'the primary fails over': (_, outcome) => loseThePrimary(outcome, isShort ? 1 : 5),
}

function readOptions() {
  try {
    const short = { type: 'boolean', default: false } as const
    return parseArgs({ options: { short, only: { type: 'string' } } }).values
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(2)
  }
}

async function play(name: string, scenario: Scenario, cluster: DatabaseServer): Promise<Row> {
  const outcome = createOutcome()
  const dataDir = await mkdtemp(join(tmpdir(), 'chaos-data-'))
  const startedAt = performance.now()
  try {
    await Promise.race([scenario(cluster, outcome, dataDir), tooLong()])
  } catch (error) {
    outcome.promise(`the scenario ended early: ${(error as Error).stack}`, false)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  return { scenario: name, seconds, ...outcome }
}

/** Rejects where a scenario hangs. */
async function tooLong(): Promise<never> {
  await sleep(TIME_LIMIT, undefined, { ref: false })
  throw new Error('took too long')
}

const chosen = Object.entries(SCENARIOS).filter(([name]) => isChosen(name))
if (chosen.length === 0) {
  process.stderr.write(
    `no scenario has the word ${only}; there are: ${Object.keys(SCENARIOS).join('; ')}\n`,
  )
  process.exit(2)
}
const cluster = await startDatabaseServer()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    killServers()
    await cluster.remove()
    process.exit(1)
  })
}
const rows: Row[] = []
try {
  const together = chosen.filter(([name]) => isShort && TOGETHER.includes(name))
  const others = chosen.filter((one) => !together.includes(one))
  for (const turn of [together, ...others.map((one) => [one])]) {
    if (turn.length === 0) continue
    const names = turn.map(([name]) => name).join(' and ')
    process.stderr.write(`${names} …\n`)
    const played = turn.map(([name, scenario]) => play(name, scenario, cluster))
    for (const row of await Promise.all(played)) {
      for (const text of row.violations.slice(0, 10)) process.stderr.write(`  BROKEN: ${text}\n`)
      rows.push(row)
    }
    killServers()
  }
} finally {
  killServers()
  await cluster.remove()
}
process.stdout.write(`${table(rows)}\n`)
// A scenario that ended early may have left callers behind.
process.exit(rows.every(({ violations }) => violations.length === 0) ? 0 : 1)
