import { parseRobotFullName } from '../domain/names.ts'
import {
  type NotTaken,
  type SourceContent,
  type SourceThing,
  type SourceUser,
  THING_KINDS,
} from '../domain/quay-content.ts'
import { CallerSchema, OrganizationPageSchema, UserPageSchema } from './quay-answers.ts'
import type { QuayApi } from './quay-api.ts'
import { type ReadNamespace, readOrganization } from './read-organization.ts'
import { readRepositories } from './read-repositories.ts'
import { readRobots } from './read-robots.ts'
import { isForbidden, SourceError } from './source-error.ts'

type Caller = ReturnType<(typeof CallerSchema)['parse']>
type ListedUser = ReturnType<(typeof UserPageSchema)['parse']>['users'][number]

/**
 * All that a token shows of a Quay, or what some organizations have, with the people in them.
 *
 * @param organizations undefined: all, and what users have themselves
 * @throws {SourceError} for a token that is not valid, one that shows nothing, an organization that is named and not
 *   shown, and answers that are none of Quay
 */
export async function readQuay(
  api: QuayApi,
  organizations: readonly string[] | undefined,
): Promise<SourceContent> {
  const caller = await api.get(CallerSchema, '/api/v1/user/')
  if (caller.anonymous)
    throw new SourceError(`${api.placeOf('/api/v1/user/')}: nobody is logged in`)
  const users = caller.super_user ? await readUsers(api) : undefined
  const names = organizations ?? (await organizationNames(api, caller, users !== undefined))
  const owners = organizations ? [] : (users?.map(({ username }) => username) ?? [caller.username])
  api.expect(names.length + owners.length)
  const read: ReadNamespace[] = []
  const refusals: SourceError[] = []

  async function collect(namespace: string, work: () => Promise<ReadNamespace>) {
    try {
      read.push(await work())
    } catch (error) {
      if (organizations || !(error instanceof SourceError && isForbidden(error))) throw error
      refusals.push(error)
      read.push({ things: [], notTaken: [notShown(namespace, error)], without: [] })
    }
  }

  for (const name of names) await collect(name, () => readOrganization(api, name))
  const hidden: string[] = []
  for (const name of owners) {
    await collect(name, () => readUser(api, name, caller, () => hidden.push(name)))
  }
  if (refusals[0] && refusals.length === read.length) throw refusals[0]
  read.push({ things: [], notTaken: [], without: hidden.length > 0 ? [robotsOf(hidden)] : [] })
  return contentOf(read, { owners, users, caller })
}

/** @returns undefined where the token does not reach them */
async function readUsers(api: QuayApi): Promise<ListedUser[] | undefined> {
  try {
    const pages = await api.pages(UserPageSchema, '/api/v1/superuser/users/?disabled=true')
    return pages
      .flatMap(({ users }) => users)
      .filter(({ kind, username }) => (kind ?? 'user') === 'user' && !username.includes('+'))
  } catch (error) {
    if (isForbidden(error)) return undefined
    throw error
  }
}

async function organizationNames(api: QuayApi, caller: Caller, isSuperuser: boolean) {
  if (!isSuperuser) return caller.organizations.map(({ name }) => name)
  const pages = await api.pages(OrganizationPageSchema, '/api/v1/superuser/organizations/')
  return pages.flatMap(({ organizations }) => organizations.map(({ name }) => name))
}

/**
 * What a user has. Others' robots are shown under the path of organizations, as in Quay, or not at all.
 *
 * @param onHidden called where the robots are not shown
 */
async function readUser(
  api: QuayApi,
  name: string,
  caller: Caller,
  onHidden: () => void,
): Promise<ReadNamespace> {
  const isOwn = name === caller.username
  const path = isOwn ? '/api/v1/user' : `/api/v1/organization/${encodeURIComponent(name)}`
  const place = { owner: name, path, isShownSingly: isOwn }
  const robots = await readRobots(api, place).catch((error) => {
    if (isOwn || !isForbidden(error)) throw error
    onHidden()
    return { robots: [], federation: [], notTaken: [], without: [] }
  })
  const repositories = await readRepositories(api, name, false)
  const permissions = repositories.permissions.filter(({ grantee }) => grantee.name !== name)
  return {
    things: [...robots.robots, ...repositories.repositories, ...permissions, ...robots.federation],
    notTaken: [...robots.notTaken, ...repositories.notTaken],
    without: [...robots.without, ...repositories.without],
  }
}

interface Accounts {
  /** Users to take whether anything names them or not. */
  owners: readonly string[]
  /** Undefined: not shown. */
  users: ListedUser[] | undefined
  caller: Caller
}

function contentOf(read: ReadNamespace[], { owners, users, caller }: Accounts): SourceContent {
  const found = read.flatMap(({ things }) => things)
  const listed = new Map(users?.map((user) => [user.username, user]))
  const own = new Map([[caller.username, caller.email]])
  const names = [...new Set([...owners, ...found.flatMap(peopleIn)])].sort()
  const people = names.map(
    (name): SourceUser => ({
      ...{ kind: 'user', name },
      email: (listed.get(name)?.email ?? own.get(name)) || undefined,
      enabled: listed.get(name)?.enabled,
    }),
  )
  const rank = ({ kind }: SourceThing) => THING_KINDS.indexOf(kind)
  const things = [...people, ...found].sort((one, other) => rank(one) - rank(other))
  const superusers = names.filter((name) => listed.get(name)?.super_user)
  return {
    things,
    notTaken: read.flatMap((one) => one.notTaken),
    without: [...superusers.map(superuserRights), ...read.flatMap((one) => one.without)],
  }
}

/** Users that a thing names. */
function peopleIn(thing: SourceThing): string[] {
  const isUser = (name: string) => parseRobotFullName(name) === undefined
  if (thing.kind === 'member') return [thing.name].filter(isUser)
  if (thing.kind !== 'permission' && thing.kind !== 'default_permission') return []
  const accounts = thing.grantee.kind === 'account' ? [thing.grantee.name] : []
  const activating = thing.kind === 'default_permission' ? thing.activatingUser : undefined
  return [...accounts, ...(activating === undefined ? [] : [activating])].filter(isUser)
}

const superuserRights = (name: string): NotTaken => ({
  kind: 'superuser',
  name,
  why: 'comes as an ordinary user, unless it is here before (user create --superuser)',
})

const notShown = (name: string, { message }: SourceError): NotTaken => ({
  kind: 'namespace',
  name,
  why: message,
})

/** How many names a line has. */
const NAMED = 5

function robotsOf(names: string[]): NotTaken {
  const more = names.length - NAMED
  return {
    kind: 'robots',
    name: `of ${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    why: 'if there are any, they are shown to their users alone: run it again with a token of each',
  }
}
