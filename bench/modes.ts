import { baselineTable, prepareBuilds } from './baseline.ts'
import { boundMisses, boundTable, measureBounds } from './bounds/run.ts'
import { screenMisses, screenTable, visitScreens } from './console/run.ts'
import type { Engine, EngineName } from './engines.ts'
import { weighEntries } from './entries.ts'
import { growthMisses, growthTable, measureGrowth, prepare as prepareGrowth } from './growth/run.ts'
import { startBenchIssuer } from './issuer.ts'
import { weighLists } from './lists.ts'
import { type Bench, type Measured, measure } from './measure.ts'
import { type Operation, operationsOf } from './operations.ts'
import type { Mode, Options } from './options.ts'
import { startLoader } from './processes.ts'
import { missesOf, table } from './report.ts'
import { measureRetention, retentionMisses, retentionReport } from './retention.ts'
import { assertSameWork } from './same-work.ts'
import { createSettings } from './servers.ts'
import { soak, soakMisses, soakReport } from './soak.ts'
import { measureStarts, startMisses, startTable } from './start.ts'
import { say, track } from './started.ts'
import { weighedMisses, weighedTable } from './weigh.ts'
import { createWorld } from './world.ts'

/** Figures for a program, and for a reader. */
interface Findings {
  figures: object
  text: string
  /** What missed its target. */
  missed: string[]
}

/** Writes the figures that there are by now. */
type Save = (figures: object) => Promise<void>

async function openIssuer() {
  const issuer = await startBenchIssuer()
  track(issuer.stop)
  return { issuer, settings: createSettings(issuer.issuer) }
}

function openLoader() {
  const loader = startLoader()
  track(loader.stop)
  return loader
}

/** Servers that do the same work on equal databases. */
async function prepareEqual(engine: Engine) {
  const { issuer, settings } = await openIssuer()
  const target = await engine.create()
  say('filling the database\n')
  const filling = await settings.startService(target)
  const world = await createWorld(filling.url, issuer).finally(filling.stop)
  const copy = await engine.copy(target)
  const operations = operationsOf(world)
  await assertSameWork(operations, world, {
    service: () => settings.startService(target),
    yardstick: () => settings.startYardstick(copy),
    serviceOverYardstick: () => settings.startService(copy),
  })
  return { operations, settings, target, copy }
}

async function check(engine: Engine): Promise<Findings> {
  await prepareEqual(engine)
  return { figures: {}, text: 'the yardstick does the same work\n', missed: [] }
}

/** A service and a yardstick at work. */
async function prepare(engine: Engine, options: Options) {
  const { operations, settings, target, copy } = await prepareEqual(engine)
  const profile = profileArgs(options)
  const service = await settings.startService(target, profile)
  track(service.stop)
  const yardstick = await settings.startYardstick(copy, profile)
  track(yardstick.stop)
  const bench: Bench = {
    loader: openLoader(),
    servers: { service, yardstick },
    plan: options.plan,
  }
  return { operations, bench }
}

const isWanted = ({ only }: Options, { name }: { name: string }) =>
  only.length === 0 || only.some((part) => name.includes(part))

async function compare(engine: Engine, options: Options, save: Save): Promise<Findings> {
  const measured = await measureAll(await prepare(engine, options), options, save)
  return { figures: { measured }, text: table(measured), missed: missesOf(measured) }
}

async function compareBuilds(engine: Engine, options: Options, save: Save): Promise<Findings> {
  const { issuer, settings } = await openIssuer()
  say('filling the database\n')
  const { operations, servers } = await prepareBuilds(engine, settings, issuer, {
    folder: options.baseline,
    track,
    profile: profileArgs(options),
  })
  const bench: Bench = { loader: openLoader(), servers, plan: options.plan }
  const measured = await measureAll({ operations, bench }, options, save)
  return { figures: { measured }, text: baselineTable(measured), missed: [] }
}

const profileArgs = ({ profile }: Options) =>
  profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]

async function measureAll(
  { operations, bench }: { operations: Operation[]; bench: Bench },
  options: Options,
  save: Save,
): Promise<Measured[]> {
  const wanted = operations.filter((operation) => isWanted(options, operation))
  if (wanted.length === 0) throw new TypeError(`no operation is called ${options.only.join(', ')}`)
  const measured: Measured[] = []
  for (const operation of wanted) {
    say(`${operation.name}\n`)
    measured.push(await measure(bench, operation))
    await save({ measured })
  }
  return measured
}

/** Numbers of robots in the databases, ascending. */
const SIZES: Record<EngineName, number[]> = {
  postgresql: [10, 10_000, 1_000_000],
  pglite: [10, 10_000, 1_000_000],
}

async function grow(engine: Engine): Promise<Findings> {
  const { issuer, settings } = await openIssuer()
  const databases = []
  for (const robots of SIZES[engine.name]) {
    say(`filling a database with ${robots} robots\n`)
    const database = await prepareGrowth(engine, settings, issuer, robots)
    track(database.server.stop)
    databases.push(database)
  }
  const grown = await measureGrowth(openLoader(), databases, { rounds: 9, duration: 300 })
  return { figures: { grown }, text: growthTable(grown), missed: growthMisses(grown) }
}

async function weigh(engine: Engine, options: Options): Promise<Findings> {
  const { issuer, settings } = await openIssuer()
  const means = { issuer, loader: openLoader(), track }
  const { rounds } = options.plan
  const weighed = await weighEntries(engine, settings, means, { rounds, duration: 500 })
  return { figures: { weighed }, text: weighedTable(weighed), missed: weighedMisses(weighed) }
}

async function weighFilters(engine: Engine, options: Options): Promise<Findings> {
  const { settings } = await openIssuer()
  say('filling a database\n')
  const means = { loader: openLoader(), track }
  const { rounds } = options.plan
  const weighed = await weighLists(engine, settings, means, { rounds, duration: 300 })
  return { figures: { weighed }, text: weighedTable(weighed), missed: weighedMisses(weighed) }
}

async function soakService(engine: Engine, options: Options): Promise<Findings> {
  const { operations, bench } = await prepare(engine, options)
  const { loader, servers } = bench
  await servers.yardstick.stop()
  const soaked = await soak(loader, servers.service, operations, options.minutes)
  return {
    figures: { soaked },
    text: soakReport(engine.name, soaked),
    missed: soakMisses(engine.name, soaked),
  }
}

async function start(engine: Engine): Promise<Findings> {
  const { settings } = await openIssuer()
  const starts = await measureStarts(engine, settings, track)
  return {
    figures: { starts },
    text: startTable(engine.name, starts),
    missed: startMisses(engine.name, starts),
  }
}

async function bound(engine: Engine, options: Options): Promise<Findings> {
  const { settings } = await openIssuer()
  const bounded = await measureBounds(engine, settings, (one) => isWanted(options, one), {
    track,
    say,
  })
  return { figures: { bounded }, text: boundTable(bounded), missed: boundMisses(bounded) }
}

async function retain(engine: Engine): Promise<Findings> {
  const { issuer, settings } = await openIssuer()
  const means = { issuer, loader: openLoader(), track, say }
  const retained = await measureRetention(engine, settings, means)
  return {
    figures: { retained },
    text: retentionReport(retained),
    missed: retentionMisses(retained),
  }
}

async function visit(engine: Engine, options: Options): Promise<Findings> {
  const { settings } = await openIssuer()
  const screens = await visitScreens(engine, settings, (one) => isWanted(options, one), {
    track,
    say,
  })
  return { figures: { screens }, text: screenTable(screens), missed: screenMisses(screens) }
}

type Measurement = (engine: Engine, options: Options, save: Save) => Promise<Findings>

export const MODES: Record<Mode, Measurement> = {
  compare,
  baseline: compareBuilds,
  check,
  growth: grow,
  entries: weigh,
  lists: weighFilters,
  soak: soakService,
  start,
  bounds: bound,
  console: visit,
  retention: retain,
}
