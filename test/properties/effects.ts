import {
  type Credential,
  type Grantee,
  highest,
  keyOf,
  namespaceOf,
  type Of,
  type Op,
  type Operation,
  ownerOf,
  REPOSITORY_ROLES,
  type RepositoryRole,
  repositoryCap,
  robotOf,
  teamsOf,
  type Visibility,
  type World,
} from './model.ts'

/** Does to the world what an allowed operation does. */
export function apply(world: World, caller: Credential, operation: Operation): void {
  const effect = EFFECTS[operation.op] as Effect<Operation>
  effect(world, operation, caller)
}

type Effect<Kind> = (world: World, operation: Kind, caller: Credential) => void

const EFFECTS: { [Kind in Op]: Effect<Of<Kind>> } = {
  createRobot(world, operation, caller) {
    const robot = robotOf(caller, operation)
    world.robots.add(robot)
    world.credentials.set(robot, { kind: 'robot', robot })
  },
  deleteRobot: (world, operation, caller) => forgetRobot(world, robotOf(caller, operation)),
  putTeam(world, { organization, team, role }) {
    const teams = teamsOf(world, organization)
    teams?.set(team, { role, members: teams.get(team)?.members ?? new Set() })
  },
  deleteTeam(world, { organization, team }) {
    teamsOf(world, organization)?.delete(team)
    forgetGrantee(world, organization, { kind: 'team', name: team })
  },
  addMember(world, { organization, team, member }) {
    teamsOf(world, organization)?.get(team)?.members.add(member)
  },
  removeMember(world, { organization, team, member }) {
    teamsOf(world, organization)?.get(team)?.members.delete(member)
  },
  expelMember(world, { organization, member }) {
    leaveTeams(world, organization, member)
    forgetGrantee(world, organization, { kind: 'user', name: member })
  },
  createRepository,
  deleteRepository(world, { path }) {
    if (world.repositories.delete(path)) world.retired.add(path)
  },
  setVisibility(world, { path, visibility }) {
    const repository = world.repositories.get(path)
    if (repository) repository.visibility = visibility
  },
  grant(world, { path, to, role }) {
    world.repositories.get(path)?.grants.set(keyOf(to), role)
  },
  revoke(world, { path, to }) {
    world.repositories.get(path)?.grants.delete(keyOf(to))
  },
  createDefault(world, { id, organization, role, delegate, activatingUser }) {
    world.defaults.set(id, { organization, role, delegate, activatingUser })
  },
  setDefault(world, { id, role }) {
    const permission = world.defaults.get(id)
    if (permission) permission.role = role
  },
  deleteDefault(world, { id }) {
    world.defaults.delete(id)
  },
  createApplication: putApplication,
  setApplicationScopes(world, operation) {
    const { id, scopes } = operation
    const lost = [...(world.applications.get(id)?.scopes ?? [])].filter(
      (scope) => !scopes.includes(scope),
    )
    putApplication(world, operation)
    endCredentials(
      world,
      (credential) =>
        credential.kind === 'application' &&
        credential.application === id &&
        lost.some((scope) => credential.scopes.has(scope)),
    )
  },
  deleteApplication(world, { id: application }) {
    world.applications.delete(application)
    endCredentials(
      world,
      (credential) => 'application' in credential && credential.application === application,
    )
  },
  mintToken(world, { id, application, scopes }, caller) {
    if (caller.kind !== 'user') return
    const { user } = caller
    const minted = { kind: 'user', user, scopes: new Set(scopes), application } as const
    world.credentials.set(id, { ...minted, parent: caller })
  },
  mintRobotToken(world, operation, caller) {
    const robot = robotOf(caller, operation)
    const scopes = new Set(operation.scopes)
    world.credentials.set(operation.id, { kind: 'robot-token', robot, scopes })
  },
  createAppToken(world, { id }, caller) {
    if (caller.kind !== 'user') return
    const cap = repositoryCap(caller.scopes)
    world.credentials.set(id, { kind: 'app-token', user: caller.user, cap, parent: caller })
  },
  readAppToken() {},
  revokeAppToken(world, { id }) {
    world.credentials.delete(id)
  },
  clientCredentials(world, { id, application, scopes }) {
    world.credentials.set(id, { kind: 'application', application, scopes: new Set(scopes) })
  },
}

/** With what they made. */
function endCredentials(world: World, isEnded: (credential: Credential) => boolean) {
  for (const [id, credential] of world.credentials) {
    if (!isEnded(credential)) continue
    world.credentials.delete(id)
    endCredentials(world, (other) => 'parent' in other && other.parent === credential)
  }
}

function putApplication(
  world: World,
  { id, organization, scopes }: Of<'createApplication' | 'setApplicationScopes'>,
) {
  world.applications.set(id, { organization, scopes: new Set(scopes) })
}

function createRepository(
  world: World,
  { path, visibility }: { path: string; visibility: Visibility },
  caller: Credential,
) {
  const user = caller.kind === 'user' ? caller.user : undefined
  const creator = caller.kind === 'robot-token' ? caller.robot : user
  const grants = new Map<string, RepositoryRole>()
  // §4: those for what a user creates beat those for everybody; of several the highest.
  const defaults = [...world.defaults.values()].filter(
    ({ organization, activatingUser }) =>
      organization === namespaceOf(path) &&
      (activatingUser === undefined || activatingUser === user),
  )
  for (const { delegate } of defaults) {
    const forIt = defaults.filter((permission) => keyOf(permission.delegate) === keyOf(delegate))
    const personal = forIt.filter(({ activatingUser }) => activatingUser !== undefined)
    const roles = (personal.length > 0 ? personal : forIt).map(({ role }) => role)
    grants.set(keyOf(delegate), highest(REPOSITORY_ROLES, roles) ?? 'read')
  }
  if (creator !== undefined) grants.set(`user:${creator}`, 'admin')
  world.repositories.set(path, { visibility, grants })
  world.retired.delete(path)
}

function forgetRobot(world: World, robot: string) {
  world.robots.delete(robot)
  endCredentials(world, (credential) => 'robot' in credential && credential.robot === robot)
  leaveTeams(world, ownerOf(robot), robot)
  forgetGrantee(world, ownerOf(robot), { kind: 'user', name: robot })
}

function forgetGrants(world: World, namespace: string, grantee: Grantee) {
  for (const [path, { grants }] of world.repositories) {
    if (namespaceOf(path) === namespace) grants.delete(keyOf(grantee))
  }
}

function forgetGrantee(world: World, namespace: string, grantee: Grantee) {
  forgetGrants(world, namespace, grantee)
  for (const [id, { organization, delegate }] of world.defaults) {
    if (organization === namespace && keyOf(delegate) === keyOf(grantee)) world.defaults.delete(id)
  }
}

function leaveTeams(world: World, organization: string, member: string) {
  for (const { members } of teamsOf(world, organization)?.values() ?? []) members.delete(member)
}
