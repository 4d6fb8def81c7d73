import type { Engine } from './engines.ts'
import type { BenchIssuer } from './issuer.ts'
import type { Request } from './load/requests.ts'
import type { Loader, ServerProcess } from './processes.ts'
import type { Settings } from './servers.ts'
import { type Weighed, type WeighOptions, weighBesideFirst } from './weigh.ts'
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

/** Measures exchanges by all kinds of entries in turn, each right after the plain one, which it is compared with. */
export async function weighEntries(
  engine: Engine,
  settings: Settings,
  {
    issuer,
    loader,
    track,
  }: { issuer: BenchIssuer; loader: Loader; track: (stop: () => unknown) => void },
  options: WeighOptions,
): Promise<Weighed[]> {
  const server: ServerProcess = await settings.startService(await engine.create())
  track(server.stop)
  const kinds = await prepare(server.url, issuer)
  return weighBesideFirst(kinds, { loader, server }, options)
}
