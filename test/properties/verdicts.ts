import {
  atLeast,
  type Credential,
  type Grantee,
  givable,
  isRobot,
  keyOf,
  mayAdminister,
  mayGiveRobot,
  mayMiss,
  mayRevive,
  namespaceOf,
  type Of,
  type Op,
  type Operation,
  organizationRole,
  ownerOf,
  REPOSITORY_ROLES,
  repositoryCap,
  robotOf,
  type Scope,
  scopesOf,
  TEAM_ROLES,
  teamReach,
  teamsOf,
  type Verdict,
  type World,
} from './model.ts'

/** What the service has to answer to a call. */
export function judge(world: World, caller: Credential, operation: Operation): Verdict {
  if (operation.op === 'clientCredentials') return judgeClient(world, operation)
  if (!callsApi(caller)) return 'unauthenticated'
  const gate = gateOf(world, caller, operation)
  if (gate !== 'allowed') return gate
  const isPossible = POSSIBLE[operation.op] as Possible<Operation>
  if (isPossible(world, operation, caller)) return 'allowed'
  return operation.op === 'readAppToken' ? 'refused' : 'invalid'
}

const callsApi = ({ kind }: Credential) =>
  kind === 'user' || kind === 'application' || kind === 'robot-token'

function judgeClient(
  world: World,
  { application, scopes }: { application: string; scopes: Scope[] },
): Verdict {
  const held = world.applications.get(application)?.scopes
  if (!held) return 'unauthenticated'
  return scopes.length > 0 && scopes.every((scope) => held.has(scope)) ? 'allowed' : 'invalid'
}

// ---- Who may

function gateOf(world: World, caller: Credential, operation: Operation): Verdict {
  if (operation.op === 'createRepository') return gateOfNewRepository(world, caller, operation)
  if ('path' in operation) return gateOfRepository(world, caller, operation)
  if (!('organization' in operation) || operation.organization === undefined)
    return operation.op === 'mintRobotToken'
      ? gateOfRobotToken(world, caller, operation)
      : gateOfOwn(caller)
  // In place of an organization's, the caller's own name deletes robots and creates none (robots/own-name.test.ts).
  const isOwn = caller.kind === 'user' && caller.user === operation.organization
  if (isOwn && operation.op === 'deleteRobot') return gateOfOwn(caller)
  return gateOfOrganization(world, caller, { ...operation, organization: operation.organization })
}

function gateOfRepository(
  world: World,
  caller: Credential,
  { op, path }: Operation & { path: string },
): Verdict {
  if (world.repositories.has(path)) {
    return mayAdminister(world, path, caller) ? 'allowed' : 'forbidden'
  }
  return op === 'deleteRepository' && mayMiss(world, path, caller) ? 'allowed' : 'refused'
}

const gateOfOwn = (caller: Credential): Verdict =>
  caller.kind === 'user' && caller.scopes.has('user:admin') ? 'allowed' : 'forbidden'

/** Its robot is looked for before its scopes are looked at. */
function gateOfRobotToken(
  world: World,
  caller: Credential,
  operation: Of<'mintRobotToken'>,
): Verdict {
  const gate = operation.organization === undefined ? gateOfOwn(caller) : 'allowed'
  if (gate !== 'allowed' || !world.robots.has(robotOf(caller, operation))) return gate
  return mayGiveRobot(world, caller, operation.scopes) ? 'allowed' : 'forbidden'
}

function gateOfNewRepository(
  world: World,
  caller: Credential,
  { path }: Of<'createRepository'>,
): Verdict {
  const namespace = namespaceOf(path)
  const role = organizationRole(world, namespace, caller)
  if (!atLeast(TEAM_ROLES, role, 'creator')) return 'forbidden'
  return world.users.has(namespace) || world.organizations.has(namespace) ? 'allowed' : 'refused'
}

function gateOfOrganization(
  world: World,
  caller: Credential,
  operation: Operation & { organization: string },
): Verdict {
  if (!world.organizations.has(operation.organization)) return 'refused'
  if (organizationRole(world, operation.organization, caller) !== 'admin') return 'forbidden'
  if (FOR_USERS.has(operation.op) && caller.kind !== 'user') return 'forbidden'
  if (operation.op === 'mintRobotToken') return gateOfRobotToken(world, caller, operation)
  const role = handedOn(world, operation)
  if (role && !atLeast(REPOSITORY_ROLES, givable(world, caller), role)) return 'forbidden'
  const held = scopesOf(world, caller)
  if (!('scopes' in operation)) return 'allowed'
  // Applications give no scopes.
  const mayGive = caller.kind === 'user' || operation.scopes.length === 0
  if (mayGive && operation.scopes.every((scope) => held.has(scope))) return 'allowed'
  // Otherwise the application may be missing as well.
  return operation.op === 'createApplication' ? 'forbidden' : 'refused'
}

const FOR_USERS = new Set<Op>(['mintToken', 'createApplication', 'mintRobotToken'])

/** The role in repositories that an organization's administrator would hand on. */
function handedOn(world: World, operation: Operation & { organization: string }) {
  const { organization } = operation
  switch (operation.op) {
    case 'createDefault':
    case 'setDefault':
      return operation.role
    case 'deleteDefault': {
      const found = world.defaults.get(operation.id)
      const isPersonal = found?.organization === organization && found.activatingUser !== undefined
      return isPersonal ? 'admin' : undefined
    }
    case 'addMember':
      return teamReach(world, organization, operation.team)
    case 'putTeam': {
      const now = teamsOf(world, organization)?.get(operation.team)?.role
      const rises = now !== undefined && now !== 'admin' && operation.role === 'admin'
      return rises ? 'admin' : undefined
    }
    default:
      return undefined
  }
}

// ---- What is possible

type Possible<Kind> = (world: World, operation: Kind, caller: Credential) => boolean

const always = () => true

const POSSIBLE: { [Kind in Op]: Possible<Of<Kind>> } = {
  createRobot: (world, operation, caller) => !world.robots.has(robotOf(caller, operation)),
  deleteRobot: (world, operation, caller) => world.robots.has(robotOf(caller, operation)),
  putTeam(world, operation, caller) {
    const team = teamsOf(world, operation.organization)?.get(operation.team)
    const staysAdmin = team?.role !== 'admin' || operation.role === 'admin'
    return staysAdmin || mayLoseTeam(world, caller, operation)
  },
  deleteTeam(world, operation, caller) {
    const team = teamsOf(world, operation.organization)?.get(operation.team)
    return team !== undefined && (team.role !== 'admin' || mayLoseTeam(world, caller, operation))
  },
  addMember(world, { organization, team, member }) {
    const members = teamsOf(world, organization)?.get(team)?.members
    const account: Grantee = { kind: 'user', name: member }
    return members !== undefined && !members.has(member) && isGrantee(world, organization, account)
  },
  removeMember(world, operation, caller) {
    const { organization, team, member } = operation
    const isIn = teamsOf(world, organization)?.get(team)?.members.has(member) === true
    const isCaller = caller.kind === 'user' && caller.user === member
    if (!isIn || (isCaller && isOnlyAdminTeam(world, operation, member))) return false
    return keepsAdmin(world, organization, (name, user) => name === team && user === member)
  },
  /** Also of who is in no team: then nothing happens but that grants end. */
  expelMember: (world, { organization, member }) =>
    world.users.has(member) && keepsAdmin(world, organization, (_, user) => user === member),
  createRepository: (world, { path }, caller) =>
    !world.repositories.has(path) && mayRevive(world, path, caller),
  deleteRepository: always,
  setVisibility: always,
  grant: (world, { path, to }) =>
    to.name !== namespaceOf(path) && isGrantee(world, namespaceOf(path), to),
  revoke: (world, { path, to }) =>
    to.name !== namespaceOf(path) && world.repositories.get(path)?.grants.has(keyOf(to)) === true,
  createDefault: (world, { organization, delegate, activatingUser }) =>
    isGrantee(world, organization, delegate) &&
    (activatingUser === undefined || world.users.has(activatingUser)),
  setDefault: isOwnDefault,
  deleteDefault: isOwnDefault,
  createApplication: always,
  setApplicationScopes: (world, operation) => isOwnApplication(world, operation, operation.id),
  deleteApplication: (world, operation) => isOwnApplication(world, operation, operation.id),
  mintToken: (world, operation) => isOwnApplication(world, operation, operation.application),
  mintRobotToken: (world, operation, caller) => world.robots.has(robotOf(caller, operation)),
  createAppToken: always,
  readAppToken(world, operation, caller) {
    const token = ownAppToken(world, operation, caller)
    if (!token) return false
    // Shown only to who could make it.
    const cap = repositoryCap(scopesOf(world, caller))
    return token.cap === undefined || atLeast(REPOSITORY_ROLES, cap, token.cap)
  },
  revokeAppToken: (world, operation, caller) => ownAppToken(world, operation, caller) !== undefined,
  clientCredentials: always,
}

type InOrganization = { organization: string }

function isOwnDefault(world: World, { organization, id }: InOrganization & { id: string }) {
  return world.defaults.get(id)?.organization === organization
}

const isOwnApplication = (world: World, { organization }: InOrganization, id: string) =>
  world.applications.get(id)?.organization === organization

function ownAppToken(world: World, { id }: { id: string }, caller: Credential) {
  const token = world.credentials.get(id)
  if (token?.kind !== 'app-token' || caller.kind !== 'user') return undefined
  return token.user === caller.user ? token : undefined
}

/** Robots stay in their namespace; teams in their organization. */
function isGrantee(world: World, namespace: string, { kind, name }: Grantee) {
  if (kind === 'team') return teamsOf(world, namespace)?.has(name) === true
  return isRobot(name)
    ? world.robots.has(name) && ownerOf(name) === namespace
    : world.users.has(name)
}

type TeamOperation = { organization: string; team: string }

/** Whether the caller administers the organization through this team and no other. */
function isOnlyAdminTeam(world: World, { organization, team }: TeamOperation, user: string) {
  const teams = [...(teamsOf(world, organization) ?? [])].filter(
    ([, { role, members }]) => role === 'admin' && members.has(user),
  )
  return teams.length === 1 && teams[0]?.[0] === team
}

/** Whether somebody still administers the organization, if that changes at all. */
function keepsAdmin(
  world: World,
  organization: string,
  leaves: (team: string, user: string) => boolean,
) {
  const memberships = [...(teamsOf(world, organization) ?? [])]
    .filter(([, { role }]) => role === 'admin')
    .flatMap(([team, { members }]) =>
      [...members].filter((name) => !isRobot(name)).map((user) => leaves(team, user)),
    )
  return !memberships.includes(true) || memberships.includes(false)
}

function mayLoseTeam(world: World, caller: Credential, operation: TeamOperation) {
  if (caller.kind === 'user' && isOnlyAdminTeam(world, operation, caller.user)) return false
  return keepsAdmin(world, operation.organization, (team) => team === operation.team)
}
