// Why a robot is refused: in Quay's words.
export const ROBOT_UNKNOWN = 'Could not find robot with specified username'
export const ROBOTS_DISABLED =
  'Robot account have been disabled. Please contact your administrator.'
export const TOKEN_MISMATCH = 'Token does not match robot'
export const ownerDisabled = (robot: string, owner: string) =>
  `Robot ${robot} owner ${owner} is disabled`
export const wrongPassword = (robot: string) =>
  `Could not find robot with username: ${robot} and supplied password.`

// In words of this service, since Quay revokes no robot token: only for who holds one that it signed.

const again = (what: string) => `The robot token ${what}: exchange the job's identity token again`

export const TOKEN_EXPIRED = again('has expired')
export const TOKEN_REPLACED = again("was replaced when the robot's token was regenerated")
export const ENTRY_REMOVED = again('was revoked with the federation entry that it came from')
export const ROBOT_DELETED = again('was revoked with the robot, which was deleted')
