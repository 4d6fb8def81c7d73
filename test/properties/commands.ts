import {
  ALL_SCOPES,
  type Grantee,
  type Operation,
  organizationRole,
  REPOSITORY_ROLES,
  robotOf,
  type Scope,
  TEAM_ROLES,
  type Visibility,
  type World,
} from './model.ts'
import type { Random } from './random.ts'
import { judge } from './verdicts.ts'

// Random operations, and the requests that they are.

export const USERS = ['alice', 'bob', 'carol', 'dave', 'root'] as const
/** As a pattern of LIKE, which Quay looks robots up by, the first name matches the second (docs/differences.md). */
export const ORGANIZATIONS = ['ab_c', 'abxc'] as const
const NAMESPACES = [...ORGANIZATIONS, 'alice', 'bob']
const ROBOTS = ['ci', 'cd', 'c_i']
const TEAMS = ['owners', 'devs', 'ops']
const REPOSITORIES = ['web', 'app', 'we_b']
const VISIBILITIES: Visibility[] = ['public', 'private']

/** As the model knows the caller: by the id of the credential. */
export interface Step {
  caller: string
  operation: Operation
}

/** Scopes of a token: narrow ones are where caps show, most of all where an administrator holds them. */
export function randomScopes(random: Random): Scope[] {
  if (random.chance(0.2)) return [...ALL_SCOPES]
  if (random.chance(0.4)) return ['org:admin', ...random.some(ALL_SCOPES.slice(0, 2), 0.3)]
  const scopes = random.some(ALL_SCOPES, random.pick([0.25, 0.5, 0.75]))
  return scopes.length > 0 ? scopes : [random.pick(ALL_SCOPES)]
}

/** Rather one that is allowed, since most are not, or one that a scope alone forbids. */
export function randomStep(random: Random, world: World, freshId: () => string): Step {
  const isWanted = random.chance(0.25) ? isOverreach : isAllowed
  const attempts = random.chance(0.75) ? 40 : 1
  const id = freshId()
  // The kind first: otherwise rarely allowed ones would hardly ever be taken.
  const make = random.pick(operations(random, world, id))
  let step = { caller: randomCaller(random, world), operation: make() }
  for (let attempt = 1; attempt < attempts && !isWanted(world, step); attempt++) {
    step = { caller: randomCaller(random, world), operation: make() }
  }
  return step
}

const isAllowed = (world: World, { caller, operation }: Step) =>
  judge(world, world.credentials.get(caller) ?? { kind: 'anonymous' }, operation) === 'allowed'

/** An administrator of the organization who is refused all the same. */
function isOverreach(world: World, { caller: id, operation }: Step) {
  const caller = world.credentials.get(id)
  if (!caller || !('organization' in operation) || !operation.organization) return false
  if (organizationRole(world, operation.organization, caller) !== 'admin') return false
  return judge(world, caller, operation) === 'forbidden'
}

function randomCaller(random: Random, world: World): string {
  const ids = [...world.credentials.keys()]
  const callers = ids.filter((id) => {
    const kind = world.credentials.get(id)?.kind
    return kind === 'user' || kind === 'application' || kind === 'robot-token'
  })
  return random.chance(0.05) ? random.pick(ids) : random.pick(callers)
}

/** Makers of operations; what is commoner in life comes more than once. */
function operations(random: Random, world: World, id: string): (() => Operation)[] {
  const { pick, chance } = random
  const organization = () => pick(chance(0.93) ? ORGANIZATIONS : NAMESPACES)
  const account = () => {
    const robots = [...world.robots]
    if (robots.length > 0 && chance(0.5)) return pick(robots)
    return chance(0.1) ? pick([...NAMESPACES, 'nobody', 'ab_c+none', 'alice+ci']) : pick(USERS)
  }
  const grantee = (): Grantee =>
    chance(0.3) ? { kind: 'team', name: pick(TEAMS) } : { kind: 'user', name: account() }
  const path = () => `${pick(NAMESPACES)}/${pick(REPOSITORIES)}`
  const existing = () => {
    const paths = [...world.repositories.keys()]
    return paths.length > 0 && chance(0.9) ? pick(paths) : path()
  }
  const known = (ids: Iterable<string>) => pick([...ids, 'none'])
  const appTokens = () =>
    [...world.credentials].filter(([, { kind }]) => kind === 'app-token').map(([key]) => key)
  const place = () => (chance(0.4) ? {} : { organization: organization() })
  const role = () => pick(REPOSITORY_ROLES)

  const createRobot = () => ({ op: 'createRobot' as const, ...place(), name: pick(ROBOTS) })
  const addMember = () => ({
    op: 'addMember' as const,
    organization: organization(),
    team: pick(TEAMS),
    member: account(),
  })
  const grant = () => ({ op: 'grant' as const, path: existing(), to: grantee(), role: role() })
  const createRepository = () => ({
    op: 'createRepository' as const,
    path: path(),
    visibility: pick(VISIBILITIES),
  })
  const putTeam = () => ({
    op: 'putTeam' as const,
    organization: organization(),
    team: pick(TEAMS),
    role: pick(TEAM_ROLES),
  })
  const mintRobotToken = () => {
    const robots = [...world.robots]
    const [owner, name = ''] = (robots.length > 0 ? pick(robots) : pick(ROBOTS)).split('+')
    const of = ORGANIZATIONS.find((one) => one === owner)
    const where = of && chance(0.9) ? { organization: of } : place()
    const scopes = randomScopes(random)
    return { op: 'mintRobotToken' as const, ...where, name: name || pick(ROBOTS), id, scopes }
  }
  const onApplication = (application: string) => ({
    application,
    organization: world.applications.get(application)?.organization ?? organization(),
  })

  return [
    ...[createRobot, createRobot, addMember, addMember, addMember, grant, grant, grant, grant],
    ...[createRepository, createRepository, putTeam, putTeam],
    () => ({ op: 'deleteRobot', ...place(), name: pick(ROBOTS) }),
    () => ({ op: 'deleteTeam', organization: organization(), team: pick(TEAMS) }),
    () => ({ ...addMember(), op: 'removeMember' }),
    () => ({ op: 'expelMember', organization: organization(), member: pick(USERS) }),
    () => ({ op: 'deleteRepository', path: existing() }),
    () => ({ op: 'setVisibility', path: existing(), visibility: pick(VISIBILITIES) }),
    () => {
      const target = existing()
      const keys = [...(world.repositories.get(target)?.grants.keys() ?? [])]
      if (keys.length === 0 || chance(0.2)) return { op: 'revoke', path: target, to: grantee() }
      const [kind = '', name = ''] = pick(keys).split(':')
      return { op: 'revoke', path: target, to: { kind: kind === 'team' ? 'team' : 'user', name } }
    },
    () => ({
      op: 'createDefault',
      id,
      organization: organization(),
      role: role(),
      delegate: grantee(),
      activatingUser: chance(0.3) ? pick(USERS) : undefined,
    }),
    () => {
      const permission = known(world.defaults.keys())
      const { organization: home = organization() } = world.defaults.get(permission) ?? {}
      const of = { organization: chance(0.9) ? home : organization(), id: permission }
      return chance(0.5)
        ? { op: 'setDefault', ...of, role: role() }
        : { op: 'deleteDefault', ...of }
    },
    () => ({
      op: 'createApplication',
      id,
      organization: organization(),
      scopes: randomScopes(random),
    }),
    () => {
      const { application, ...of } = onApplication(known(world.applications.keys()))
      if (chance(0.2)) return { op: 'deleteApplication', ...of, id: application }
      return { op: 'setApplicationScopes', ...of, id: application, scopes: randomScopes(random) }
    },
    () => ({
      op: 'mintToken',
      id,
      ...onApplication(known(world.applications.keys())),
      scopes: randomScopes(random),
    }),
    () => {
      const application = known(world.applications.keys())
      const may = [...(world.applications.get(application)?.scopes ?? [])]
      const some = chance(0.8) ? random.some(may, 0.7) : []
      // Sent without a value, the parameter would count as left out (RFC 6749 §3.2).
      const scopes = some.length > 0 ? some : randomScopes(random)
      return { op: 'clientCredentials', id, application, scopes }
    },
    ...[mintRobotToken, mintRobotToken],
    () => ({ op: 'createAppToken', id }),
    () => ({
      op: pick(['readAppToken', 'readAppToken', 'revokeAppToken']),
      id: known(appTokens()),
    }),
  ]
}

export interface Request {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  path: string
  body?: object
}

/** @param serviceIdOf the service's id of what an operation of this id made */
export function requestOf(
  operation: Exclude<Operation, { op: 'clientCredentials' }>,
  serviceIdOf: (id: string) => string,
): Request {
  const organization =
    'organization' in operation && operation.organization !== undefined
      ? `/api/v1/organization/${operation.organization}`
      : '/api/v1/user'
  const team = 'team' in operation ? `${organization}/team/${operation.team}` : ''
  const repository = 'path' in operation ? `/api/v1/repository/${operation.path}` : ''
  switch (operation.op) {
    case 'createRobot':
      return { method: 'PUT', path: `${organization}/robots/${operation.name}` }
    case 'deleteRobot':
      return { method: 'DELETE', path: `${organization}/robots/${operation.name}` }
    case 'putTeam':
      return { method: 'PUT', path: team, body: { role: operation.role } }
    case 'deleteTeam':
      return { method: 'DELETE', path: team }
    case 'addMember':
      return { method: 'PUT', path: `${team}/members/${operation.member}` }
    case 'removeMember':
      return { method: 'DELETE', path: `${team}/members/${operation.member}` }
    case 'expelMember':
      return { method: 'DELETE', path: `${organization}/members/${operation.member}` }
    case 'createRepository': {
      const [namespace, name] = operation.path.split('/')
      const { visibility } = operation
      const body = { namespace, repository: name, visibility, description: '' }
      return { method: 'POST', path: '/api/v1/repository', body }
    }
    case 'deleteRepository':
      return { method: 'DELETE', path: repository }
    case 'setVisibility': {
      const body = { visibility: operation.visibility }
      return { method: 'POST', path: `${repository}/changevisibility`, body }
    }
    case 'grant':
    case 'revoke': {
      const path = `${repository}/permissions/${operation.to.kind}/${operation.to.name}`
      if (operation.op === 'revoke') return { method: 'DELETE', path }
      return { method: 'PUT', path, body: { role: operation.role } }
    }
    case 'createDefault': {
      const { role, delegate, activatingUser } = operation
      const activating =
        activatingUser === undefined ? {} : { activating_user: { name: activatingUser } }
      return {
        method: 'POST',
        path: `${organization}/prototypes`,
        body: { role, delegate, ...activating },
      }
    }
    case 'setDefault':
    case 'deleteDefault': {
      const path = `${organization}/prototypes/${serviceIdOf(operation.id)}`
      if (operation.op === 'deleteDefault') return { method: 'DELETE', path }
      return { method: 'PUT', path, body: { role: operation.role } }
    }
    case 'createApplication': {
      const body = { name: operation.id, scopes: operation.scopes }
      return { method: 'POST', path: `${organization}/applications`, body }
    }
    case 'setApplicationScopes': {
      const path = `${organization}/applications/${serviceIdOf(operation.id)}`
      const details = { name: operation.id, redirect_uri: '', application_uri: '' }
      return { method: 'PUT', path, body: { ...details, scopes: operation.scopes } }
    }
    case 'deleteApplication':
      return { method: 'DELETE', path: `${organization}/applications/${serviceIdOf(operation.id)}` }
    case 'mintToken': {
      const path = `${organization}/applications/${serviceIdOf(operation.application)}/tokens`
      return {
        method: 'POST',
        path,
        body: { name: operation.id, scope: operation.scopes.join(' ') },
      }
    }
    case 'mintRobotToken': {
      const body = { name: operation.id, scope: operation.scopes.join(' ') }
      return { method: 'POST', path: `${organization}/robots/${operation.name}/tokens`, body }
    }
    case 'createAppToken':
      return { method: 'POST', path: '/api/v1/user/apptoken', body: { title: operation.id } }
    case 'readAppToken':
      return { method: 'GET', path: `/api/v1/user/apptoken/${serviceIdOf(operation.id)}` }
    case 'revokeAppToken':
      return { method: 'DELETE', path: `/api/v1/user/apptoken/${serviceIdOf(operation.id)}` }
  }
}

/** The id under which the model keeps the credential that an operation made. */
export function madeCredential(world: World, { caller, operation }: Step): string | undefined {
  switch (operation.op) {
    case 'createRobot':
      return robotOf(world.credentials.get(caller) ?? { kind: 'anonymous' }, operation)
    case 'mintToken':
    case 'mintRobotToken':
    case 'createAppToken':
    case 'clientCredentials':
      return operation.id
    default:
      return undefined
  }
}
