import { invalidRequest, ServiceError } from './errors.ts'
import { type RobotPolicy, settingOf } from './robot-policy.ts'

// Why a robot is refused: in Quay's words.
export const ROBOT_UNKNOWN = 'Could not find robot with specified username'
export const robotNotFound = () => new ServiceError('robot_not_found', ROBOT_UNKNOWN)
export const TOKEN_MISMATCH = 'Token does not match robot'
export const API_TOKEN_REFUSED = 'API token is invalid, revoked or expired'
/** Of one that holds none, or such as this version does not know. */
export const API_TOKEN_SCOPES = 'API token has invalid scopes'
export const NOT_FOR_API = 'JWT is not valid for API access'
/** Of a robot token whose robot is not named beside it. */
export const ROBOT_NAME_NEEDED = 'Quay-signed robot JWTs require the robot username'
export const API_TOKEN_MISMATCH = 'API token subject does not match the supplied username'
export const wrongPassword = (robot: string) =>
  `Could not find robot with username: ${robot} and supplied password.`

/** Of an identity token as a password, which is told whether or not it is right. */
export const identityTokenRefused = (policy: Pick<RobotPolicy, 'own'>) =>
  `Identity tokens are no passwords here (${settingOf(policy, 'identityTokenAsPassword')}): exchange the token for a robot ` +
  'token, and log in with that'

export const secretExpired = (robot: string, on: Date) =>
  `The secret of the robot ${robot} expired on ${dayOf(on)}: use its newest one, or regenerate it`

/** What decides whether a robot may act, whatever its credentials. */
export interface RobotState {
  enabled: boolean
  disabledReason: string | null
  expiresAt: Date | null
  ownerName: string
  ownerEnabled: boolean
}

interface Moment {
  robotsDisallow: boolean
  now: Date
  secondsLeft?: number
}

/**
 * Why a robot may not act now, whatever its credentials; undefined if it may.
 *
 * @param moment.secondsLeft that it has to have, for what must not outlive it and has a shortest life
 */
export function switchedOff(
  fullName: string,
  robot: RobotState,
  { robotsDisallow, now, secondsLeft = 0 }: Moment,
) {
  if (robotsDisallow) return { code: 'robots_disabled', message: ROBOTS_DISABLED } as const
  if (!robot.ownerEnabled) {
    const message = `Robot ${fullName} owner ${robot.ownerName} is disabled`
    return { code: 'owner_disabled', message } as const
  }
  if (!robot.enabled) {
    const reason = robot.disabledReason === null ? '' : `: ${robot.disabledReason}`
    return {
      code: 'robot_disabled',
      message: `The robot ${fullName} is disabled${reason}`,
    } as const
  }
  const ends = robot.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
  if (robot.expiresAt && ends <= now.getTime() + secondsLeft * 1000) {
    const verb = ends <= now.getTime() ? 'expired on' : 'expires on'
    const message = `The robot ${fullName} ${verb} ${dayOf(robot.expiresAt)}`
    return { code: 'robot_expired', message } as const
  }
  return undefined
}

const dayOf = (date: Date) => date.toISOString().slice(0, 10)

/** @throws {ServiceError} `invalid_request` for a new robot while robots are switched off */
export function assertRobotsAllowed(robotsDisallow: boolean) {
  if (!robotsDisallow) return
  throw invalidRequest('Robot accounts have been disabled. Please contact your administrator.')
}

const ROBOTS_DISABLED = 'Robot account have been disabled. Please contact your administrator.'

// In words of this service, since Quay revokes no robot tokens. Only who holds one that it signed is told them.

const again = (what: string) => `The robot token ${what}: exchange the job's identity token again`

export const TOKEN_EXPIRED = again('has expired')
export const TOKEN_REPLACED = again("was replaced when the robot's token was regenerated")
export const ENTRY_REMOVED = again('was revoked with the federation entry that it came from')
export const ROBOT_DELETED = again('was revoked with the robot, which was deleted')
