// The world and who has which right in it, written from what a running Quay does (scopes, roles, teams, default
// permissions) and docs/differences.md. It imports nothing from src, so that the two can be compared. Where these are
// silent (caps of app tokens, applications that call for themselves, leaving an organization) it follows the service.

export const ALL_SCOPES = [
  ...(['repo:read', 'repo:write', 'repo:admin', 'repo:create'] as const),
  ...(['user:read', 'user:admin', 'org:admin', 'super:user'] as const),
]
export type Scope = (typeof ALL_SCOPES)[number]

export const REPOSITORY_ROLES = ['read', 'write', 'admin'] as const
export type RepositoryRole = (typeof REPOSITORY_ROLES)[number]

export const TEAM_ROLES = ['member', 'creator', 'admin'] as const
export type TeamRole = (typeof TEAM_ROLES)[number]

export type Visibility = 'public' | 'private'

interface Team {
  role: TeamRole
  /** Users, and robots by full name. */
  members: Set<string>
}

interface Repository {
  visibility: Visibility
  /** By `user:NAME` (robots too, by full name) or `team:NAME`. */
  grants: Map<string, RepositoryRole>
}

interface DefaultPermission {
  organization: string
  role: RepositoryRole
  delegate: Grantee
  /** Only in repositories that this user creates. */
  activatingUser: string | undefined
}

/** What somebody logs in to the registry or calls the API with. */
export type Credential =
  | { kind: 'robot'; robot: string }
  /** With which a robot calls the API. */
  | { kind: 'robot-token'; robot: string; scopes: ReadonlySet<Scope> }
  | {
      kind: 'user'
      user: string
      scopes: ReadonlySet<Scope>
      application: string | undefined
      /** What made it, and with which it ends. */
      parent?: Credential
    }
  | { kind: 'application'; application: string; scopes: ReadonlySet<Scope> }
  | { kind: 'app-token'; user: string; cap: RepositoryRole | undefined; parent: Credential }
  | { kind: 'anonymous' }

export interface World {
  superusersFullAccess: boolean
  users: Map<string, { superuser: boolean }>
  /** The teams of each organization. */
  organizations: Map<string, Map<string, Team>>
  /** By full name. */
  robots: Set<string>
  /** By `namespace/name`. */
  repositories: Map<string, Repository>
  /** Names of repositories that were there, and are not now. */
  retired: Set<string>
  defaults: Map<string, DefaultPermission>
  applications: Map<string, { organization: string; scopes: ReadonlySet<Scope> }>
  credentials: Map<string, Credential>
}

export interface Grantee {
  kind: 'user' | 'team'
  name: string
}

/** What is made gets an id of the test's own, `id`: the service's is not known yet. */
export type Operation =
  | {
      op: 'createRobot' | 'deleteRobot' /** undefined: `/user/robots` */
      organization?: string
      name: string
    }
  | { op: 'putTeam'; organization: string; team: string; role: TeamRole }
  | { op: 'deleteTeam'; organization: string; team: string }
  | { op: 'addMember' | 'removeMember'; organization: string; team: string; member: string }
  | { op: 'expelMember'; organization: string; member: string }
  | { op: 'createRepository'; path: string; visibility: Visibility }
  | { op: 'deleteRepository'; path: string }
  | { op: 'setVisibility'; path: string; visibility: Visibility }
  | { op: 'grant'; path: string; to: Grantee; role: RepositoryRole }
  | { op: 'revoke'; path: string; to: Grantee }
  | ({ op: 'createDefault'; id: string } & DefaultPermission)
  | { op: 'setDefault'; organization: string; id: string; role: RepositoryRole }
  | { op: 'deleteDefault'; organization: string; id: string }
  | {
      op: 'createApplication' | 'setApplicationScopes'
      organization: string
      id: string
      scopes: Scope[]
    }
  | { op: 'deleteApplication'; organization: string; id: string }
  | { op: 'mintToken'; organization: string; application: string; id: string; scopes: Scope[] }
  | {
      op: 'mintRobotToken' /** undefined: `/user/robots` */
      organization?: string
      name: string
      id: string
      scopes: Scope[]
    }
  | { op: 'createAppToken'; id: string }
  | { op: 'readAppToken' | 'revokeAppToken'; id: string }
  /** With the application's own secret, whoever calls. */
  | { op: 'clientCredentials'; application: string; id: string; scopes: Scope[] }

export type Op = Operation['op']

/** The operation of one kind. */
export type Of<Kind extends Op> = Operation & { op: Kind }

/**
 * `forbidden`: the caller may not; `invalid`: the caller may, but it cannot be done; `refused`: one of the
 * two, and the contract does not say which.
 */
export type Verdict = 'allowed' | 'unauthenticated' | 'forbidden' | 'invalid' | 'refused'

export const atLeast = <Role>(ladder: readonly Role[], role: Role | undefined, needed: Role) =>
  role !== undefined && ladder.indexOf(role) >= ladder.indexOf(needed)

export const highest = <Role>(ladder: readonly Role[], roles: readonly Role[]): Role | undefined =>
  ladder.findLast((role) => roles.includes(role))

const lowest = <Role>(ladder: readonly Role[], a: Role | undefined, b: Role | undefined) =>
  a === undefined || b === undefined ? undefined : ladder.find((role) => role === a || role === b)

export const namespaceOf = (path: string) => path.slice(0, path.indexOf('/'))
export const ownerOf = (robot: string) => robot.slice(0, robot.indexOf('+'))
export const isRobot = (name: string) => name.includes('+')
export const keyOf = ({ kind, name }: Grantee) => `${kind}:${name}`

// ---- Scopes

/** What a token may do now: an application's own tokens lose what the application loses. */
export function scopesOf(world: World, caller: Credential): ReadonlySet<Scope> {
  if (caller.kind === 'user') return caller.scopes
  if (caller.kind === 'robot-token') return scopesOfRobot(caller.scopes)
  if (caller.kind !== 'application') return new Set()
  const now = world.applications.get(caller.application)?.scopes
  return new Set([...caller.scopes].filter((scope) => now?.has(scope)))
}

/** A robot has no account to administer, and is no superuser. */
const scopesOfRobot = (scopes: ReadonlySet<Scope>): ReadonlySet<Scope> =>
  new Set([...scopes].filter((scope) => scope !== 'user:admin' && scope !== 'super:user'))

/** Whether a user's token includes what a robot is to be given, and the user is a superuser where that is asked for. */
export function mayGiveRobot(world: World, caller: Credential, scopes: Scope[]) {
  if (caller.kind !== 'user') return false
  const cap = repositoryCap(caller.scopes)
  return scopes.every((scope) => {
    if (scope === 'super:user' && !world.users.get(caller.user)?.superuser) return false
    const role = REPOSITORY_ROLES.find((name) => scope === `repo:${name}`)
    return caller.scopes.has(scope) || (role !== undefined && atLeast(REPOSITORY_ROLES, cap, role))
  })
}

/** §2.4, ladder "repo". */
export const repositoryCap = (scopes: ReadonlySet<Scope>) =>
  REPOSITORY_ROLES.findLast((role) => scopes.has(`repo:${role}`))

/** §2.4, ladder "team/org". */
const teamCap = (scopes: ReadonlySet<Scope>): TeamRole | undefined => {
  if (scopes.has('org:admin')) return 'admin'
  return scopes.has('repo:create') ? 'creator' : undefined
}

/** §2.5. */
const hasFullAccess = (world: World, caller: Credential) =>
  world.superusersFullAccess &&
  caller.kind === 'user' &&
  caller.scopes.has('super:user') &&
  world.users.get(caller.user)?.superuser === true

// ---- Roles

export const teamsOf = (world: World, organization: string) => world.organizations.get(organization)

export const teamRoleOf = (world: World, organization: string, name: string) =>
  highest(
    TEAM_ROLES,
    [...(teamsOf(world, organization)?.values() ?? [])]
      .filter(({ members }) => members.has(name))
      .map(({ role }) => role),
  )

/** The role in a namespace before scopes cap it. */
function roleInNamespace(world: World, namespace: string, caller: Credential) {
  if (caller.kind === 'application') {
    const own = world.applications.get(caller.application)?.organization === namespace
    return own ? 'admin' : undefined
  }
  if (caller.kind === 'robot-token') return teamRoleOf(world, namespace, caller.robot)
  if (caller.kind !== 'user') return undefined
  return caller.user === namespace ? 'admin' : teamRoleOf(world, namespace, caller.user)
}

/** Whether a caller may have a repository again: as a person, however little the token lets do otherwise. */
export const mayRevive = (world: World, path: string, caller: Credential) =>
  !world.retired.has(path) ||
  hasFullAccess(world, caller) ||
  roleInNamespace(world, namespaceOf(path), caller) === 'admin'

/** The role in which a caller may act in an organization. */
export function organizationRole(world: World, organization: string, caller: Credential) {
  if (hasFullAccess(world, caller)) return 'admin'
  const cap = teamCap(scopesOf(world, caller))
  return lowest(TEAM_ROLES, roleInNamespace(world, organization, caller), cap)
}

/** The role of a user or robot: given to it, to its teams, or as administrator of the namespace. */
function accountRole(world: World, path: string, name: string): RepositoryRole | undefined {
  const [namespace, repository] = [namespaceOf(path), world.repositories.get(path)]
  if (!repository) return undefined
  if (name === namespace || teamRoleOf(world, namespace, name) === 'admin') return 'admin'
  const teams = [...(teamsOf(world, namespace) ?? [])].filter(([, { members }]) =>
    members.has(name),
  )
  const keys = [`user:${name}`, ...teams.map(([team]) => `team:${team}`)]
  const roles = keys.map((key) => repository.grants.get(key)).filter((role) => role !== undefined)
  return highest(REPOSITORY_ROLES, roles)
}

/** The role that a credential has in a repository, capped by what the credential may do. */
export function repositoryRole(world: World, path: string, credential: Credential) {
  switch (credential.kind) {
    case 'anonymous':
      return undefined
    case 'robot':
      return accountRole(world, path, credential.robot)
    case 'robot-token': {
      const role = accountRole(world, path, credential.robot)
      return lowest(REPOSITORY_ROLES, role, repositoryCap(scopesOf(world, credential)))
    }
    case 'app-token':
      return lowest(REPOSITORY_ROLES, accountRole(world, path, credential.user), credential.cap)
    case 'user': {
      const role = accountRole(world, path, credential.user)
      return lowest(REPOSITORY_ROLES, role, repositoryCap(credential.scopes))
    }
    case 'application': {
      const role = roleInNamespace(world, namespaceOf(path), credential) && 'admin'
      return lowest(REPOSITORY_ROLES, role, repositoryCap(scopesOf(world, credential)))
    }
  }
}

const ACTIONS = {
  none: [],
  read: ['pull'],
  write: ['push', 'pull'],
  admin: ['push', 'pull', 'delete', '*'],
} as const

/** The actions that `/v2/auth` grants. */
export function registryActions(world: World, path: string, credential: Credential): string[] {
  const repository = world.repositories.get(path)
  if (!repository) return []
  const actions: readonly string[] = ACTIONS[repositoryRole(world, path, credential) ?? 'none']
  return actions.length === 0 && repository.visibility === 'public' ? ['pull'] : [...actions]
}

/** Whether the API shows a repository. */
export const maySee = (world: World, path: string, caller: Credential) =>
  world.repositories.get(path)?.visibility === 'public' ||
  repositoryRole(world, path, caller) !== undefined ||
  hasFullAccess(world, caller)

export const mayAdminister = (world: World, path: string, caller: Credential) =>
  hasFullAccess(world, caller) || repositoryRole(world, path, caller) === 'admin'

/** Whether a caller is told that there is no such repository, and so may delete it. */
export function mayMiss(world: World, path: string, caller: Credential) {
  if (hasFullAccess(world, caller)) return true
  const scopes = scopesOf(world, caller)
  const opens = scopes.has('repo:admin') || scopes.has('super:user')
  return opens && roleInNamespace(world, namespaceOf(path), caller) === 'admin'
}

/** The highest role in repositories that the caller may hand on as administrator of an organization. */
export const givable = (world: World, caller: Credential) =>
  hasFullAccess(world, caller) ? 'admin' : repositoryCap(scopesOf(world, caller))

/** The highest role in any repository that being in a team gives. */
export function teamReach(world: World, organization: string, team: string) {
  if (teamsOf(world, organization)?.get(team)?.role === 'admin') return 'admin'
  const roles = [...world.repositories]
    .filter(([path]) => namespaceOf(path) === organization)
    .map(([, { grants }]) => grants.get(`team:${team}`))
  const toCome = [...world.defaults.values()]
    .filter((given) => given.organization === organization)
    .filter(({ delegate }) => keyOf(delegate) === `team:${team}`)
    .map(({ role }) => role)
  return highest(
    REPOSITORY_ROLES,
    [...roles, ...toCome].filter((role) => role !== undefined),
  )
}

/**
 * Whether a call may give somebody these actions in a repository: the caller's token lets do them, at that
 * moment, or the repository is new and the caller may make repositories there.
 */
export function mayGive(before: World, path: string, caller: Credential, actions: string[]) {
  if (!before.repositories.has(path)) {
    return atLeast(TEAM_ROLES, organizationRole(before, namespaceOf(path), caller), 'creator')
  }
  const own = registryActions(before, path, caller)
  return hasFullAccess(before, caller) || actions.every((action) => own.includes(action))
}

export function robotOf(
  caller: Credential,
  { organization, name }: { organization?: string; name: string },
) {
  return `${organization ?? (caller.kind === 'user' ? caller.user : '')}+${name}`
}
