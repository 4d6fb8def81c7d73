import type { Profile } from '../domain/api-profile.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { ScopeAlternatives } from '../domain/scopes.ts'
import type { Access } from '../plugins/access.ts'
import type { OwnName } from '../services/access/namespace-access.ts'

/** Who may do what with the robots of an owner. */
export interface RobotAccess {
  list: Access
  /** For getting, creating and regenerating a robot. */
  manage: Access
  /** For giving a robot a secret that exists elsewhere. */
  bringSecret: Access
  delete: Access
  permissions: Access
  federation: Access
  /** For setting and clearing the configuration. */
  setFederation: Access
  /** For the robot's API tokens. */
  apiTokens: Access
}

/** A user's own robots. */
export function ownRobotAccess(): RobotAccess {
  const access = { kind: 'user', scopes: [['user:admin']] } as const
  return {
    list: access,
    manage: access,
    bringSecret: { ...access, only: 'superusers' },
    delete: access,
    permissions: access,
    federation: access,
    setFederation: access,
    apiTokens: access,
  }
}

/** Members see which robots an organization has; everything else is for its administrators. */
export function organizationRobotAccess(profile: Profile): RobotAccess {
  const admin: ScopeAlternatives = [['org:admin'], ['super:user']]
  const access = (scopes: ScopeAlternatives, ownName: OwnName, role: OrganizationRole = 'admin') =>
    ({ kind: 'organization', role, scopes, ownName }) as const
  const federation = access(profile.organizationFederationScopes, 'accepted')
  return {
    list: access([...admin, ['repo:create']], 'accepted', 'member'),
    manage: access(admin, 'refused'),
    bringSecret: { ...access(admin, 'unknown'), only: 'superusers' },
    delete: access(admin, 'accepted'),
    permissions: access(profile.organizationPermissionsScopes, 'refused'),
    federation,
    setFederation: { ...federation, handsOn: 'robot' },
    apiTokens: { ...access(admin, 'unknown'), refused: ['robot', 'application'] },
  }
}
