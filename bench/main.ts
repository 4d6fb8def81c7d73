import { writeFile } from 'node:fs/promises'
import { type Engine, openEngine } from './engines.ts'
import { assertEqualAnswers } from './equal.ts'
import { growthTable, measureGrowth, prepare as prepareGrowth } from './growth/run.ts'
import { startIssuer } from './issuer.ts'
import { type Bench, type Measured, measure } from './measure.ts'
import { operationsOf } from './operations.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { startLoader } from './processes.ts'
import { machine, table } from './report.ts'
import { createSettings } from './servers.ts'
import { soak, soakReport } from './soak.ts'
import { createWorld } from './world.ts'

const say = (text: string) => process.stdout.write(text)
/** What is to be undone at the end, the last first. */
const started: (() => Promise<unknown> | unknown)[] = []

async function prepare(engine: Engine, options: Options) {
  const issuer = await startIssuer()
  started.push(issuer.stop)
  const settings = createSettings(issuer.issuer)
  const target = await engine.create()
  say('filling the database\n')
  const filling = await settings.startService(target)
  const world = await createWorld(`http://127.0.0.1:${filling.port}`, issuer).finally(filling.stop)
  const copy = await engine.copy(target)
  const profile =
    options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`]
  const service = await settings.startService(target, profile)
  started.push(service.stop)
  const yardstick = await settings.startYardstick(copy, profile)
  started.push(yardstick.stop)
  const loader = startLoader()
  started.push(loader.stop)
  const bench: Bench = { loader, servers: { service, yardstick }, plan: options.plan }
  return { operations: operationsOf(world), bench }
}

async function compare(options: Options) {
  const engine = await openEngine(options.engine, options.databaseUrl)
  started.push(engine.stop)
  const { operations, bench } = await prepare(engine, options)
  const { service, yardstick } = bench.servers
  await assertEqualAnswers(operations, { service: service.port, yardstick: yardstick.port })
  const measured: Measured[] = []
  for (const operation of operations) {
    if (options.only.length > 0 && !options.only.some((part) => operation.name.includes(part))) {
      continue
    }
    say(`${operation.name}\n`)
    measured.push(await measure(bench, operation))
    const report = { engine: engine.name, facts: engine.facts, machine: machine(), measured }
    await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`)
  }
  say(`\n${JSON.stringify({ ...engine.facts, ...machine() })}\n\n${table(measured)}`)
}

const GROWTH = {
  postgresql: { sizes: [10, 10_000, 1_000_000], rounds: 9, duration: 300 },
  // It reads whole files into memory.
  pglite: { sizes: [10, 10_000], rounds: 9, duration: 300 },
}

async function grow(options: Options) {
  const engine = await openEngine(options.engine, options.databaseUrl)
  started.push(engine.stop)
  const issuer = await startIssuer()
  started.push(issuer.stop)
  const settings = createSettings(issuer.issuer)
  const growth = GROWTH[engine.name]
  const databases = []
  for (const robots of growth.sizes) {
    say(`filling a database with ${robots} robots\n`)
    const database = await prepareGrowth(engine, settings, issuer, robots)
    started.push(database.server.stop)
    databases.push(database)
  }
  const loader = startLoader()
  started.push(loader.stop)
  const grown = await measureGrowth(loader, databases, growth)
  const report = { engine: engine.name, facts: engine.facts, machine: machine(), grown }
  say(`\n${JSON.stringify({ ...report.facts, ...report.machine })}\n\n${growthTable(grown)}`)
  await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`)
}

const SOAK_RATE = 150

async function soakService(options: Options, minutes: number) {
  const engine = await openEngine(options.engine, options.databaseUrl)
  started.push(engine.stop)
  const { operations, bench } = await prepare(engine, options)
  const { loader, servers } = bench
  const soaked = await soak(loader, servers.service, operations, { minutes, rate: SOAK_RATE })
  say(`\n${JSON.stringify({ ...engine.facts, ...machine() })}\n\n${soakReport(soaked)}`)
  const report = { engine: engine.name, facts: engine.facts, machine: machine(), soaked }
  await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`)
}

async function main() {
  if (process.argv.includes('--help')) {
    say(USAGE)
    return
  }
  const options = readOptions(process.argv.slice(2), process.env)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await undoAll()
      process.exit(1)
    })
  }
  try {
    if (options.soak !== undefined) await soakService(options, options.soak)
    else await (options.growth ? grow(options) : compare(options))
  } finally {
    await undoAll()
  }
}

/** Stops what was started and drops what was made, whatever else fails on the way. */
async function undoAll() {
  for (const undo of started.splice(0).reverse()) {
    await Promise.resolve(undo()).catch((error) => say(`${error}\n`))
  }
}

await main()
