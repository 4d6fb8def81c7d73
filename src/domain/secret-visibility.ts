import { ServiceError } from './errors.ts'
import { type RobotPolicy, settingOf } from './robot-policy.ts'

type Visibility = Pick<RobotPolicy, 'secretVisibility' | 'own'>

/** Whether static tokens are shown again after they were made. */
export const areSecretsShown = ({ secretVisibility }: Pick<Visibility, 'secretVisibility'>) =>
  secretVisibility === 'always'

/** @throws {ServiceError} `conflict` where they are not */
export function assertSecretsShown(policy: Visibility) {
  if (areSecretsShown(policy)) return
  const setting = settingOf(policy, 'secretVisibility')
  throw new ServiceError(
    'conflict',
    `Secrets of robots are shown when they are made, and not again (${setting}): regenerate the robot, with ` +
      '?grace=24h so that its secret so far stays good for a day, and use the token that the answer has',
  )
}
