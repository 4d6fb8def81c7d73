import { modelRefused, notFound, type ServiceError } from './errors.ts'
import type { ScopeAlternatives } from './scopes.ts'

export type ProfileName = 'documented' | 'live'

/** Where the published API document and a running Quay differ (docs/compatibility.md), and nothing else. */
export interface Profile {
  createUserRobotStatus: 200 | 201
  regenerateStatus: 200 | 201
  setOrganizationFederationStatus: 200 | 201
  missingRobot: 'not_found' | 'model_refused'
  organizationPermissionsScopes: ScopeAlternatives
  organizationFederationScopes: ScopeAlternatives
}

export const PROFILES: Record<ProfileName, Profile> = {
  documented: {
    createUserRobotStatus: 200,
    regenerateStatus: 201,
    setOrganizationFederationStatus: 201,
    missingRobot: 'not_found',
    organizationPermissionsScopes: [['user:admin'], ['org:admin'], ['super:user']],
    organizationFederationScopes: [['user:admin'], ['org:admin'], ['super:user']],
  },
  live: {
    createUserRobotStatus: 201,
    regenerateStatus: 200,
    setOrganizationFederationStatus: 200,
    missingRobot: 'model_refused',
    organizationPermissionsScopes: [
      ['user:admin', 'org:admin'],
      ['user:admin', 'super:user'],
    ],
    organizationFederationScopes: [['org:admin'], ['super:user']],
  },
}

/** How the profile words a robot that does not exist; other errors stay what they are. */
export function underProfile(error: ServiceError, profile: Profile): ServiceError {
  if (error.code !== 'robot_not_found') return error
  return profile.missingRobot === 'not_found' ? notFound() : modelRefused(error.message)
}
