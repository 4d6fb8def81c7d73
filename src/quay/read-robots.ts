import { inParallel } from '../domain/in-parallel.ts'
import { robotFullName } from '../domain/names.ts'
import type { NotTaken, SourceFederationEntry, SourceRobot } from '../domain/quay-content.ts'
import { NewFederationConfigSchema, toEntries } from '../schemas/federation.ts'
import { FederationSchema, RobotListSchema, RobotSchema } from './quay-answers.ts'
import type { QuayApi } from './quay-api.ts'
import { isForbidden, SourceError } from './source-error.ts'

/** How many requests are under way at a time. */
export const AT_ONCE = 4

/** Where the robots of a namespace are. */
export interface RobotsPlace {
  owner: string
  /** `/api/v1/organization/acme`, `/api/v1/user` */
  path: string
  /** False: Quay shows single robots to nobody but their owner. */
  isShownSingly: boolean
}

type Entry = Record<string, unknown>
type ListedRobot = ReturnType<(typeof RobotListSchema)['parse']>['robots'][number]

interface ReadRobots {
  robots: SourceRobot[]
  federation: SourceFederationEntry[]
  notTaken: NotTaken[]
}

interface ReadAllRobots extends ReadRobots {
  without: NotTaken[]
}

/**
 * The robots of a namespace with their secrets, and what they trust.
 *
 * @throws {SourceError} also where the token may not see them
 */
export async function readRobots(api: QuayApi, place: RobotsPlace): Promise<ReadAllRobots> {
  const { owner, path } = place
  const listed = await api.get(RobotListSchema, `${path}/robots?token=true&permissions=false`)
  const prefix = robotFullName(owner, '')
  // Quay finds robots by a pattern, and so lists some of other namespaces.
  const own = listed.robots.filter(({ name }) => name.startsWith(prefix))
  api.expect(own.length * (place.isShownSingly ? 2 : 1))
  const read = await inParallel(own, AT_ONCE, (robot) =>
    readRobot(api, place, robot, robot.name.slice(prefix.length)).catch((error) => {
      if (!(error instanceof SourceError) || error.status === 401 || isForbidden(error)) throw error
      return { robots: [], federation: [], notTaken: [refused(robot.name, error.message)] }
    }),
  )
  return {
    robots: read.flatMap(({ robots }) => robots),
    federation: read.flatMap(({ federation }) => federation),
    notTaken: read.flatMap((one) => one.notTaken),
    without: place.isShownSingly || own.length === 0 ? [] : [withoutMetadata(owner)],
  }
}

async function readRobot(
  api: QuayApi,
  { owner, path, isShownSingly }: RobotsPlace,
  listed: ListedRobot,
  name: string,
): Promise<ReadRobots> {
  const at = `${path}/robots/${encodeURIComponent(name)}`
  const shown = isShownSingly ? await api.get(RobotSchema, `${at}?details=true`) : undefined
  const entries = (await api.find(FederationSchema, `${at}/federation`)) ?? []
  const problem = robotProblem(listed, shown)
  if (problem !== undefined) {
    return { robots: [], federation: [], notTaken: [refused(listed.name, problem)] }
  }
  const read = entries.map((entry) =>
    isOneOfSeveral(entry, entries)
      ? several(listed.name, entry)
      : readEntry(entry, { owner, robot: name }),
  )
  return {
    robots: [
      {
        ...{ kind: 'robot', owner, name, description: listed.description ?? '' },
        metadata: emptyAsNone(shown?.unstructured_metadata),
        secret: listed.token ?? null,
      },
    ],
    federation: read.flatMap((one) => ('kind' in one && 'entry' in one ? [one] : [])),
    notTaken: read.flatMap((one) => ('why' in one ? [one] : [])),
  }
}

type ShownRobot = ReturnType<(typeof RobotSchema)['parse']>

/** Why a robot cannot be taken as it is there. */
function robotProblem({ token }: ListedRobot, shown: ShownRobot | undefined): string | undefined {
  if (shown?.enabled === false) return 'it is disabled there, and would be enabled here'
  if (shown?.expires_at) return 'it expires there, and would not here'
  const hasNone = shown?.secrets?.length === 0
  return token === undefined && !hasNone
    ? 'its secret is not shown to this token: take that of an administrator'
    : undefined
}

const emptyAsNone = (metadata: Record<string, unknown> | null | undefined) =>
  metadata && Object.keys(metadata).length > 0 ? metadata : null

function readEntry(
  entry: Entry,
  at: { owner: string; robot: string },
): SourceFederationEntry | NotTaken {
  const { data, error } = NewFederationConfigSchema.safeParse([entry])
  const [read] = data ? toEntries(data) : []
  if (read) {
    const { id, ...rest } = read
    return { kind: 'federation', ...at, entry: rest }
  }
  const [issue] = error?.issues ?? []
  const key = issue?.path.slice(1).join('.')
  const issuer = typeof entry.issuer === 'string' ? entry.issuer : 'an entry'
  return {
    kind: 'federation',
    name: `${issuer} as ${robotFullName(at.owner, at.robot)}`,
    why: [key, issue?.message].filter(Boolean).join(' '),
  }
}

/** Entries differ by issuer and subject, in Quay; a service of this program may have others. */
const isOneOfSeveral = (entry: Entry, entries: Entry[]) =>
  entries.filter(({ issuer, subject }) => issuer === entry.issuer && subject === entry.subject)
    .length > 1

const several = (robot: string, { issuer }: Entry): NotTaken => ({
  kind: 'federation',
  name: `${issuer} as ${robot}`,
  why: 'the robot has several entries for this subject: set them here',
})

const refused = (name: string, why: string): NotTaken => ({ kind: 'robot', name, why })

const withoutMetadata = (owner: string): NotTaken => ({
  kind: 'metadata',
  name: `robots of ${owner}`,
  why: `Quay shows them to ${owner} alone`,
})
