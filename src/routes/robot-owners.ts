import { z } from 'zod'
import type { Profile } from '../domain/api-profile.ts'
import { organizationParams } from './organization-params.ts'
import { organizationRobotAccess, ownRobotAccess, type RobotAccess } from './robot-access.ts'

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
  access: RobotAccess
}

export function userRobots(profile: Profile): RobotOwners {
  return {
    prefix: '/api/v1/user',
    id: 'User',
    possessive: "user's",
    params: z.object({}),
    createdStatus: profile.createUserRobotStatus,
    setFederationStatus: 200,
    access: ownRobotAccess(),
  }
}

export function organizationRobots(profile: Profile): RobotOwners {
  return {
    prefix: '/api/v1/organization/:orgname',
    id: 'Org',
    possessive: "organization's",
    params: organizationParams,
    createdStatus: 201,
    setFederationStatus: profile.setOrganizationFederationStatus,
    access: organizationRobotAccess(profile),
  }
}

/** Path parameters of one robot. */
export const robotParams = (owners: RobotOwners): z.ZodObject<{ robot_shortname: z.ZodString }> =>
  owners.params.extend({
    robot_shortname: z
      .string()
      .describe('The short name for the robot, without any user or organization prefix'),
  })
