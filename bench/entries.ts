import type { Engine } from './engines.ts'
import type { BenchIssuer } from './issuer.ts'
import type { Request } from './load/requests.ts'
import { cpuOf, median } from './measure.ts'
import type { Loader, ServerProcess } from './processes.ts'
import { align, verdict } from './report.ts'
import type { Settings } from './servers.ts'
import { bearerCall, createAccounts } from './world.ts'

/** What the federation entries of a robot ask for, and what an exchange may cost then. */
interface Kind {
  name: string
  robot: string
  /** In their order; the last one admits the job. */
  entries: object[]
  /** Most times the exchange by one plain entry, which comes first. */
  target: number
}

interface Weighed extends Pick<Kind, 'name' | 'target'> {
  /** ms, with one connection. */
  p50: number
  /** Times that of the plain exchange. */
  ratio: number
  /** The same of the processor time of the server's process, which a busy machine disturbs less; NaN where nobody tells. */
  cpuRatio: number
}

/** What exchanges took together. */
interface Spent {
  requests: number
  /** ms */
  cpu: number
}

/** Processor time per exchange. */
const each = ({ requests, cpu }: Spent) => cpu / requests

const SUBJECT = 'repo:acme/web:ref:refs/tags/v1.2.3'
/** Of the job, as GitHub has them. */
const CLAIMS = {
  repository_id: '456789',
  repository_owner_id: '123456',
  job_workflow_ref: 'acme/shared/.github/workflows/publish.yml@refs/tags/v2.1',
  event_name: 'push',
  run_id: '9876543210',
  sha: '5f0c6c1d9f0b4f7d8d6a3d4f5b0e1a2c3d4e5f60',
}
const ENTRIES = 100

function kindsOf(issuer: string): Kind[] {
  const plain = { issuer, subject: SUBJECT, audiences: ['bench'] }
  const conditional = {
    ...plain,
    subject: 'repo:acme/web:ref:refs/tags/v*',
    subject_match: 'glob',
    claims: {
      repository_id: '456789',
      job_workflow_ref: { glob: 'acme/shared/.github/workflows/publish.yml@refs/tags/v2*' },
      event_name: ['push', 'release'],
    },
  }
  const others = Array.from({ length: ENTRIES - 1 }, (_, index) => ({
    ...conditional,
    claims: { ...conditional.claims, repository_id: String(index) },
  }))
  return [
    { name: 'exchange', robot: 'plain', entries: [plain], target: 1 },
    {
      name: 'exchange with three claims and a glob',
      robot: 'conditional',
      entries: [conditional],
      target: 1.1,
    },
    {
      name: `the same by the last of ${ENTRIES} entries`,
      robot: 'many',
      entries: [...others, conditional],
      target: 1.3,
    },
  ]
}

/** Makes a robot of each kind. @returns how a job exchanges its identity token for it */
async function prepare(url: string, { issuer, mint }: BenchIssuer) {
  const call = bearerCall(url, await createAccounts(url, ['acme']))
  const identityToken = await mint(SUBJECT, CLAIMS)
  const kinds: (Kind & { request: Request })[] = []
  for (const kind of kindsOf(issuer)) {
    const path = `/api/v1/organization/acme/robots/${kind.robot}`
    await call('PUT', path, {})
    await call('POST', `${path}/federation`, kind.entries)
    const basic = Buffer.from(`acme+${kind.robot}:${identityToken}`).toString('base64')
    const headers = { authorization: `Basic ${basic}` }
    const request = { method: 'GET', path: '/oauth2/federation/robot/token', headers }
    kinds.push({ ...kind, request })
  }
  return kinds
}

interface WeighOptions {
  rounds: number
  /** ms */
  duration: number
}

/** Measures exchanges by all kinds of entries in turn, each right after the plain one, which it is compared with. */
export async function weighEntries(
  engine: Engine,
  settings: Settings,
  {
    issuer,
    loader,
    track,
  }: { issuer: BenchIssuer; loader: Loader; track: (stop: () => unknown) => void },
  { rounds, duration }: WeighOptions,
): Promise<Weighed[]> {
  const server: ServerProcess = await settings.startService(await engine.create())
  track(server.stop)
  const kinds = await prepare(`http://127.0.0.1:${server.port}`, issuer)
  const [plain] = kinds
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
  for (let round = 0; plain && round < rounds; round++) {
    for (const { kind, p50s, ratios, spent, spentBeside } of weighed) {
      const base = await load(plain, spentBeside)
      const p50 = kind === plain ? base : await load(kind, spent)
      p50s.push(p50)
      ratios.push(p50 / base)
    }
  }
  return weighed.map(({ kind, p50s, ratios, spent, spentBeside }) => ({
    ...{ name: kind.name, target: kind.target },
    p50: median(p50s),
    ratio: median(ratios),
    cpuRatio: kind === plain ? 1 : each(spent) / each(spentBeside),
  }))
}

const isMet = ({ ratio, target }: Weighed) => ratio <= target

export const entryMisses = (weighed: Weighed[]): string[] =>
  weighed.filter((one) => !isMet(one)).map(({ name }) => name)

export const entryTable = (weighed: Weighed[]) =>
  align([
    ['operation', 'p50 ms', '×', 'cpu ×', 'target', ''],
    ...weighed.map((one) => [
      ...[one.name, one.p50.toFixed(2), one.ratio.toFixed(2), one.cpuRatio.toFixed(2)],
      `≤ ${one.target}`,
      verdict(isMet(one)),
    ]),
  ])
