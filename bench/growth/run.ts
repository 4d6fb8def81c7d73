import { randomBytes } from 'node:crypto'
import type { Engine, Target } from '../engines.ts'
import type { BenchIssuer } from '../issuer.ts'
import { median } from '../measure.ts'
import type { Loader, ServerProcess } from '../processes.ts'
import { align, verdict } from '../report.ts'
import type { Settings } from '../servers.ts'
import { basicCall, bearerCall, createAccounts } from '../world.ts'
import { CASES, type Case, type Known, nameOf, organizationsIn } from './cases.ts'
import { fill } from './fill.ts'

interface GrowthOptions {
  rounds: number
  /** ms */
  duration: number
}

interface Grown {
  operation: string
  organization: string
  inOrganization: number
  grants: number
  inDatabase: number
  /** ms, with one connection. */
  p50: number
  /** Times that of the smallest case of the operation. */
  growth: number
}

interface Filled {
  robots: number
  server: ServerProcess
  known: Map<string, Known>
}

/** Makes a database of the size and starts a service over it. */
export async function prepare(
  engine: Engine,
  settings: Settings,
  issuer: BenchIssuer,
  robots: number,
): Promise<Filled> {
  const organizations = organizationsIn(robots)
  const target: Target = await engine.create()
  const first = await settings.startService(target)
  const names = organizations.map(({ name }) => name)
  const apiToken = await createAccounts(first.url, names)
  const call = bearerCall(first.url, apiToken)
  for (const name of names) {
    await call('PUT', `/api/v1/organization/${name}/team/robots`, { role: 'member' })
  }
  await first.stop()
  const { secretKey } = settings
  const tokens = await fill(target, { organizations, robots, secretKey, randomBytes })
  const server = await settings.startService(target)
  const known = new Map<string, Known>()
  for (const name of names) {
    const password = tokens.get(name) ?? ''
    known.set(name, await learn(server.url, { apiToken, name, password, issuer }))
  }
  return { robots, server, known }
}

async function learn(
  url: string,
  {
    apiToken,
    name,
    password,
    issuer,
  }: { apiToken: string; name: string; password: string; issuer: BenchIssuer },
): Promise<Known> {
  const call = bearerCall(url, apiToken)
  const subject = `repo:${name}/robot0`
  const entry = { issuer: issuer.issuer, subject }
  await call('POST', `/api/v1/organization/${name}/robots/robot0/federation`, [entry])
  const identityToken = await issuer.mint(subject)
  const exchange = basicCall(url, `${name}+robot0`, identityToken)
  const { token = '' } = await exchange('GET', '/oauth2/federation/robot/token')
  const middle = Buffer.from('robot5').toString('base64url')
  return { apiToken, password, identityToken, robotToken: token, middle }
}

/**
 * Measures every case in every database several times over, each time right after the smallest case of its
 * operation, which it is compared with: a machine is not as fast in one minute as in the next.
 */
export async function measureGrowth(
  loader: Loader,
  databases: Filled[],
  { rounds, duration }: GrowthOptions,
): Promise<Grown[]> {
  const runs = CASES.flatMap((one) =>
    databases
      .filter(({ known }) => known.has(nameOf(one.organization)))
      .map((database) => ({ one, database, p50s: [] as number[], growths: [] as number[] })),
  )
  const measure = ({ one, database }: (typeof runs)[number]) =>
    load(loader, one, database, duration)
  for (const run of runs) await measure(run) // warms the servers up
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) {
      const base = runs.find(({ one }) => one.operation === run.one.operation) ?? run
      const smallest = await measure(base)
      const p50 = run === base ? smallest : await measure(run)
      run.p50s.push(p50)
      run.growths.push(p50 / smallest)
    }
  }
  return runs.map(({ one, database, p50s, growths }) => ({
    operation: one.operation,
    organization: one.organization.name,
    inOrganization: one.organization.robots,
    grants: one.organization.grants,
    inDatabase: database.robots,
    p50: median(p50s),
    growth: median(growths),
  }))
}

/** Where the numbers of unique names go on. */
let numbered = 0

async function load(loader: Loader, one: Case, { server, known }: Filled, duration: number) {
  const asked = known.get(nameOf(one.organization)) as Known
  const first = numbered
  const { p50, requests, failures, sample } = await loader.run({
    port: server.port,
    requests: [one.request(asked)],
    status: one.status ?? 200,
    first,
    connections: 1,
    duration,
  })
  numbered += requests
  if (one.made) {
    const call = bearerCall(server.url, asked.apiToken)
    for (let n = first; n < numbered; n++) await call('DELETE', one.made(n))
  }
  if (failures > 0) throw new Error(`${one.operation} of ${one.organization.name}: ${sample}`)
  return p50
}

/** Most times the p50 of the smallest case. */
const GROWTH_TARGET = 1.3
const isMet = ({ growth }: Grown) => growth <= GROWTH_TARGET

export const growthMisses = (grown: Grown[]): string[] =>
  grown
    .filter((row) => !isMet(row))
    .map((row) => `${row.operation}: ${row.organization}, ${row.inDatabase} in the database`)

export const growthTable = (grown: Grown[]) =>
  align([
    [
      'operation',
      'organization',
      'robots in it',
      'grants each',
      'in the database',
      'p50 ms',
      '×',
      '',
    ],
    ...grown.map((row) => [
      ...[row.operation, row.organization, String(row.inOrganization), String(row.grants)],
      ...[String(row.inDatabase), row.p50.toFixed(2), row.growth.toFixed(2)],
      verdict(isMet(row)),
    ]),
  ])
