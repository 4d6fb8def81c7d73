import { ServiceError } from './errors.ts'
import { type RobotPolicy, settingOf } from './robot-policy.ts'
import { INSTEAD_OF_ANOTHER, noneHere, type SecretAllowance } from './secret-allowance.ts'

type Visibility = SecretAllowance & Pick<RobotPolicy, 'secretVisibility'>

/** Whether static tokens are shown again after they were made: not where they would be refused. */
export const areSecretsShown = ({
  secretVisibility,
  secretsAllowed,
}: Pick<Visibility, 'secretVisibility' | 'secretsAllowed'>) =>
  secretsAllowed && secretVisibility === 'always'

/**
 * @param robot.hasSecret false: it was made without
 * @throws {ServiceError} `conflict` where its static token is not shown again, or there is none
 */
export function assertSecretShown({ hasSecret }: { hasSecret: boolean }, policy: Visibility) {
  if (!policy.secretsAllowed) throw conflict(`${noneHere(policy)}: ${INSTEAD_OF_ANOTHER}`)
  if (!hasSecret)
    throw conflict('The robot was made without a secret: regenerate it to give it one')
  if (areSecretsShown(policy)) return
  const setting = settingOf(policy, 'secretVisibility')
  throw conflict(
    `Secrets of robots are shown when they are made, and not again (${setting}): regenerate the robot, with ` +
      '?grace=24h so that its secret so far stays good for a day, and use the token that the answer has',
  )
}

const conflict = (message: string) => new ServiceError('conflict', message)
