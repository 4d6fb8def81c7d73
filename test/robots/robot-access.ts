import type { Scope } from '../../src/domain/scopes.ts'

// Who may do what with robots, as Quay has it; docs/compatibility.md says where the profiles differ.

export type Profile = 'documented' | 'live'
type Role = 'member' | 'creator' | 'admin' | 'superuser' | 'none'
export type Operation = (typeof OPERATIONS)[number]

export interface Caller {
  user?: string
  /** Short name of a robot of the first organization; it calls with an API token of its own. */
  robot?: string
  /** Of the caller's token; undefined: there is none. */
  scopes?: Scope[]
  expired?: boolean
  /** In both organizations; of a robot, in its own. */
  role: Role
  fullAccess?: boolean
}

const ALL: Scope[] = ['user:admin', 'org:admin', 'repo:create', 'super:user']
export const ORGANIZATIONS = ['acme_dev', 'acme-dev']
export const PEOPLE = ['outsider', 'member', 'creator', 'admin', 'root']
/** By short name: the teams that robots of the first organization are in. */
export const ROBOT_TEAMS = { in_no_team: [], in_creators: ['creators'], in_admins: ['admins'] }
export const OPERATIONS = [
  'list',
  'get',
  'credentials',
  'permissions',
  'getFederation',
  'setFederation',
  'listEntries',
  'addEntry',
  'getEntry',
  'changeEntry',
  'deleteEntry',
  'testFederation',
  'deleteFederation',
  'regenerate',
  'listSecrets',
  'changeSecret',
  'deleteSecret',
  'bringSecret',
  'change',
  'mintableScopes',
  'listApiTokens',
  'makeApiToken',
  'endApiToken',
  'create',
  'delete',
] as const

export const CALLERS: Record<string, Caller> = {
  'an anonymous caller': { role: 'none' },
  'an expired token of an administrator': {
    user: 'admin',
    scopes: ALL,
    expired: true,
    role: 'admin',
  },
  'an administrator with other scopes': {
    user: 'admin',
    scopes: ['repo:read', 'repo:write', 'repo:admin', 'user:read'],
    role: 'admin',
  },
  'an outsider': { user: 'outsider', scopes: ALL, role: 'none' },
  'a member': { user: 'member', scopes: ALL, role: 'member' },
  'a member with repo:create alone': { user: 'member', scopes: ['repo:create'], role: 'member' },
  'a creator': { user: 'creator', scopes: ALL, role: 'creator' },
  'an administrator': { user: 'admin', scopes: ALL, role: 'admin' },
  'an administrator with user:admin alone': {
    user: 'admin',
    scopes: ['user:admin'],
    role: 'admin',
  },
  'an administrator with org:admin alone': { user: 'admin', scopes: ['org:admin'], role: 'admin' },
  'an administrator with repo:create alone': {
    user: 'admin',
    scopes: ['repo:create'],
    role: 'admin',
  },
  'an administrator with super:user alone': {
    user: 'admin',
    scopes: ['super:user'],
    role: 'admin',
  },
  'a robot in no team': { robot: 'in_no_team', scopes: ALL, role: 'none' },
  'a robot in a team of creators': { robot: 'in_creators', scopes: ALL, role: 'creator' },
  'a robot in a team of administrators': { robot: 'in_admins', scopes: ALL, role: 'admin' },
  'such a robot with user:admin alone': {
    robot: 'in_admins',
    scopes: ['user:admin'],
    role: 'admin',
  },
  'such a robot with repo:create alone': {
    robot: 'in_admins',
    scopes: ['repo:create'],
    role: 'admin',
  },
  'such a robot with super:user alone, where superusers have full access': {
    robot: 'in_admins',
    scopes: ['super:user'],
    role: 'none',
    fullAccess: true,
  },
  'such a robot whose token has expired': {
    robot: 'in_admins',
    scopes: ALL,
    expired: true,
    role: 'admin',
  },
  'a superuser without full access': { user: 'root', scopes: ALL, role: 'none' },
  'a superuser with full access': {
    user: 'root',
    scopes: ALL,
    role: 'superuser',
    fullAccess: true,
  },
  'a superuser with full access and super:user alone': {
    user: 'root',
    scopes: ['super:user'],
    role: 'superuser',
    fullAccess: true,
  },
  'a superuser with full access without super:user': {
    user: 'root',
    scopes: ['user:admin', 'org:admin', 'repo:create'],
    role: 'none',
    fullAccess: true,
  },
}

/** Of single entries; there is none of this id. */
const ENTRIES: Record<Extract<Operation, `${string}Entr${string}`>, [number, number]> = {
  listEntries: [200, 200],
  addEntry: [201, 201],
  getEntry: [404, 404],
  changeEntry: [404, 404],
  deleteEntry: [404, 404],
}

/** The caller ends a token that there is not. */
const API_TOKENS: Record<
  Extract<Operation, `${string}ApiToken${string}` | 'mintableScopes'>,
  [number, number]
> = {
  mintableScopes: [200, 200],
  listApiTokens: [200, 200],
  makeApiToken: [200, 200],
  endApiToken: [404, 404],
}

/** The same of secrets. */
const SECRETS: Record<Extract<Operation, `${string}Secret${string}`>, [number, number]> = {
  listSecrets: [200, 200],
  changeSecret: [404, 404],
  deleteSecret: [404, 404],
  bringSecret: [201, 201],
}

/** Status of success, by operation: for robots of users, for robots of organizations. */
const DONE: Record<Profile, Record<Operation, [number, number]>> = {
  documented: {
    list: [200, 200],
    get: [200, 200],
    credentials: [200, 200],
    permissions: [200, 200],
    getFederation: [200, 200],
    setFederation: [200, 201],
    ...ENTRIES,
    testFederation: [200, 200],
    deleteFederation: [204, 204],
    regenerate: [201, 201],
    ...SECRETS,
    change: [200, 200],
    ...API_TOKENS,
    create: [200, 201],
    delete: [204, 204],
  },
  live: {
    list: [200, 200],
    get: [200, 200],
    credentials: [200, 200],
    permissions: [200, 200],
    getFederation: [200, 200],
    setFederation: [200, 200],
    ...ENTRIES,
    testFederation: [200, 200],
    deleteFederation: [204, 204],
    regenerate: [200, 200],
    ...SECRETS,
    change: [200, 200],
    ...API_TOKENS,
    create: [201, 201],
    delete: [204, 204],
  },
}

/** Whether the caller has the rights of an administrator and the scope that is their usual key. */
function manages({ role, scopes = [] }: Caller): boolean {
  if (role === 'superuser') return scopes.includes('super:user')
  return role === 'admin' && scopes.includes('org:admin')
}

function mayList(caller: Caller): boolean {
  const { role, scopes = [] } = caller
  const isInTeam = role === 'member' || role === 'creator' || role === 'admin'
  const opens = scopes.includes('org:admin') || scopes.includes('repo:create')
  return manages(caller) || (isInTeam && opens)
}

/** Whether the caller's token includes what the matrix asks for in the robot's. */
const mayGive = ({ scopes = [] }: Caller) => scopes.includes('org:admin')

/** Whether the caller is one, and the token says so. */
const isSuperuser = ({ user, scopes = [] }: Caller) =>
  user === 'root' && scopes.includes('super:user')

function mayUseOrganization(operation: Operation, caller: Caller, profile: Profile): boolean {
  if (operation === 'list') return mayList(caller)
  if (operation in API_TOKENS) return manages(caller) && caller.robot === undefined
  // A robot has no account, to which it would be the key.
  const hasUserAdmin = caller.scopes?.includes('user:admin') === true && caller.robot === undefined
  if (profile === 'live') {
    return manages(caller) && (operation !== 'permissions' || hasUserAdmin)
  }
  const isLoose = operation === 'permissions' || /Federation$|Entr/.test(operation)
  const isAdministrator = caller.role === 'admin' || caller.role === 'superuser'
  return manages(caller) || (isLoose && isAdministrator && hasUserAdmin)
}

/** Worked out from the contract alone, not from the code under test. */
export function expected(
  operation: Operation,
  caller: Caller,
  owner: string,
  profile: Profile,
): number {
  if ((caller.user ?? caller.robot) === undefined || caller.expired) return 401
  if (caller.robot !== undefined && owner !== ORGANIZATIONS[0]) return 403
  const isUser = owner === 'user'
  const isAllowed = isUser
    ? caller.scopes?.includes('user:admin') === true
    : mayUseOrganization(operation, caller, profile)
  if (operation === 'makeApiToken' && !mayGive(caller)) return 403
  if (operation === 'bringSecret' && !isSuperuser(caller)) return 403
  return isAllowed ? DONE[profile][operation][isUser ? 0 : 1] : 403
}
