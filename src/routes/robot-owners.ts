import { z } from 'zod'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { Profile } from '../domain/profile.ts'
import type { ScopeAlternatives } from '../domain/scopes.ts'
import type { Access } from '../plugins/access.ts'
import { organizationParams } from './organization-params.ts'

/** How the robots of users and those of organizations are reached; everything else about them is the same. */
export interface RobotOwners {
  prefix: string
  /** In operation ids, as published: `getUserRobots`, `getOrgRobots`. */
  id: 'User' | 'Org'
  /** In descriptions. */
  possessive: string
  params: z.ZodObject
  createdStatus: 200 | 201
  setFederationStatus: 200 | 201
  access: {
    list: Access
    /** For getting, creating and regenerating a robot. */
    manage: Access
    delete: Access
    permissions: Access
    federation: Access
    /** For setting and clearing the configuration. */
    setFederation: Access
  }
}

export function userRobots(profile: Profile): RobotOwners {
  const access: Access = { kind: 'user', scopes: [['user:admin']] }
  return {
    prefix: '/api/v1/user',
    id: 'User',
    possessive: "user's",
    params: z.object({}),
    createdStatus: profile.createUserRobotStatus,
    setFederationStatus: 200,
    access: {
      list: access,
      manage: access,
      delete: access,
      permissions: access,
      federation: access,
      setFederation: access,
    },
  }
}

export function organizationRobots(profile: Profile): RobotOwners {
  const admin: ScopeAlternatives = [['org:admin'], ['super:user']]
  const access = (
    scopes: ScopeAlternatives,
    ownName: 'accepted' | 'refused',
    role: OrganizationRole = 'admin',
  ) => ({ kind: 'organization', role, scopes, ownName }) as const
  const federation = access(profile.organizationFederationScopes, 'accepted')
  return {
    prefix: '/api/v1/organization/:orgname',
    id: 'Org',
    possessive: "organization's",
    params: organizationParams,
    createdStatus: 201,
    setFederationStatus: profile.setOrganizationFederationStatus,
    access: {
      list: access([...admin, ['repo:create']], 'accepted', 'member'),
      manage: access(admin, 'refused'),
      delete: access(admin, 'accepted'),
      permissions: access(profile.organizationPermissionsScopes, 'refused'),
      federation,
      setFederation: { ...federation, handsOn: 'robot' },
    },
  }
}

/** Path parameters of one robot. */
export const robotParams = (owners: RobotOwners): z.ZodObject<{ robot_shortname: z.ZodString }> =>
  owners.params.extend({
    robot_shortname: z
      .string()
      .describe('The short name for the robot, without any user or organization prefix'),
  })
