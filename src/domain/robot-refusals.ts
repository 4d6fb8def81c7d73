/** Why a robot is refused, in Quay's words. */
export const ROBOT_UNKNOWN = 'Could not find robot with specified username'
export const ROBOTS_DISABLED =
  'Robot account have been disabled. Please contact your administrator.'
export const TOKEN_MISMATCH = 'Token does not match robot'
export const ownerDisabled = (robot: string, owner: string) =>
  `Robot ${robot} owner ${owner} is disabled`
export const wrongPassword = (robot: string) =>
  `Could not find robot with username: ${robot} and supplied password.`
