import { invalidRequest } from './errors.ts'
import { type RobotPolicy, settingOf } from './robot-policy.ts'

/** Whether robots have static tokens at all. */
export type SecretAllowance = Pick<RobotPolicy, 'secretsAllowed' | 'own'>

export const noneHere = (policy: SecretAllowance) =>
  `Robots have no secrets here (${settingOf(policy, 'secretsAllowed')})`

const BY_FEDERATION = 'its jobs log in with identity tokens, by federation'

/**
 * @param elseDo what to do instead, as the refusal says it
 * @throws {ServiceError} `invalid_request` for a new secret where there are none
 */
export function assertSecretsAllowed(policy: SecretAllowance, elseDo: string) {
  if (!policy.secretsAllowed) throw invalidRequest(`${noneHere(policy)}: ${elseDo}`)
}

export const INSTEAD_OF_FIRST = `make the robot with ?secret=false, and ${BY_FEDERATION}`
export const INSTEAD_OF_ANOTHER = BY_FEDERATION

/** Why a secret that is right is refused; undefined where it is not. */
export const allowanceRefusal = (robot: string, policy: SecretAllowance) =>
  policy.secretsAllowed
    ? undefined
    : `${noneHere(policy)}: that of ${robot} is refused, and ${BY_FEDERATION}`
