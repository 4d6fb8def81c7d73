import type { Scope } from '../../src/domain/scopes.ts'

// Who may do what with robots, as Quay has it; docs/compatibility.md says where the profiles differ.

export type Profile = 'documented' | 'live'
type Role = 'member' | 'creator' | 'admin' | 'superuser' | 'none'
export type Operation = (typeof OPERATIONS)[number]

export interface Caller {
  user?: string
  /** Of the caller's token; undefined: there is none. */
  scopes?: Scope[]
  expired?: boolean
  /** In both organizations. */
  role: Role
  fullAccess?: boolean
}

const ALL: Scope[] = ['user:admin', 'org:admin', 'repo:create', 'super:user']
export const ORGANIZATIONS = ['acme_dev', 'acme-dev']
export const PEOPLE = ['outsider', 'member', 'creator', 'admin', 'root']
export const OPERATIONS = [
  'list',
  'get',
  'credentials',
  'permissions',
  'getFederation',
  'setFederation',
  'deleteFederation',
  'regenerate',
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

/** Status of success, by operation: for robots of users, for robots of organizations. */
const DONE: Record<Profile, Record<Operation, [number, number]>> = {
  documented: {
    list: [200, 200],
    get: [200, 200],
    credentials: [200, 200],
    permissions: [200, 200],
    getFederation: [200, 200],
    setFederation: [200, 201],
    deleteFederation: [204, 204],
    regenerate: [201, 201],
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
    deleteFederation: [204, 204],
    regenerate: [200, 200],
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

function mayUseOrganization(operation: Operation, caller: Caller, profile: Profile): boolean {
  if (operation === 'list') return mayList(caller)
  const hasUserAdmin = caller.scopes?.includes('user:admin') === true
  if (profile === 'live') {
    return manages(caller) && (operation !== 'permissions' || hasUserAdmin)
  }
  const isLoose = operation === 'permissions' || operation.endsWith('Federation')
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
  if (caller.user === undefined || caller.expired) return 401
  const isUser = owner === 'user'
  const isAllowed = isUser
    ? caller.scopes?.includes('user:admin') === true
    : mayUseOrganization(operation, caller, profile)
  return isAllowed ? DONE[profile][operation][isUser ? 0 : 1] : 403
}
