import { ServiceError } from './errors.ts'

// Why a robot is refused: in Quay's words.
export const ROBOT_UNKNOWN = 'Could not find robot with specified username'
export const robotNotFound = () => new ServiceError('robot_not_found', ROBOT_UNKNOWN)
export const TOKEN_MISMATCH = 'Token does not match robot'
export const wrongPassword = (robot: string) =>
  `Could not find robot with username: ${robot} and supplied password.`

/** Why a robot may not act now, whatever its credentials; undefined if it may. */
export function switchedOff(
  fullName: string,
  robot: { ownerName: string; ownerEnabled: boolean },
  robotsDisallow: boolean,
) {
  if (robotsDisallow) return { code: 'robots_disabled', message: ROBOTS_DISABLED } as const
  if (robot.ownerEnabled) return undefined
  const message = `Robot ${fullName} owner ${robot.ownerName} is disabled`
  return { code: 'owner_disabled', message } as const
}

const ROBOTS_DISABLED = 'Robot account have been disabled. Please contact your administrator.'

// In words of this service, since Quay revokes no robot tokens. Only who holds one that it signed is told them.

const again = (what: string) => `The robot token ${what}: exchange the job's identity token again`

export const TOKEN_EXPIRED = again('has expired')
export const TOKEN_REPLACED = again("was replaced when the robot's token was regenerated")
export const ENTRY_REMOVED = again('was revoked with the federation entry that it came from')
export const ROBOT_DELETED = again('was revoked with the robot, which was deleted')
