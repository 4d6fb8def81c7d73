import type { Db } from '../../db/types.ts'
import type { RobotDetails } from '../../domain/robot-details.ts'
import {
  isPlaceholder,
  type SecretHolder,
  type SecretState,
  secretState,
} from '../../domain/robot-secret.ts'
import type { Clock } from '../../domain/runtime.ts'
import { findSecretsOf, type SecretRow } from '../../queries/robot-secrets.ts'
import type { RobotSecrets } from './robot-secrets.ts'

/** What is shown of a secret, but for the secret itself. */
export interface ShownSecret
  extends Pick<SecretRow, 'id' | 'createdAt' | 'createdBy' | 'expiresAt' | 'lastAccessedAt'> {
  state: SecretState
  /** Its last characters, by which its holders tell which one they have; null where the key that sealed it is lost. */
  hint: string | null
}

/** What callers see of a robot who ask for details. */
export interface ShownDetails extends RobotDetails {
  secrets: ShownSecret[]
}

interface ShownSecretsDeps {
  db: Db
  secrets: RobotSecrets
  clock: Clock
}

export type ShownSecrets = ReturnType<typeof createShownSecrets>

/** Shows secrets of robots without their values. */
export function createShownSecrets({ db, secrets, clock }: ShownSecretsDeps) {
  const show = (secret: SecretRow, robot: Pick<SecretHolder, 'credentialId'>): ShownSecret => ({
    id: secret.id,
    createdAt: secret.createdAt,
    createdBy: secret.createdBy,
    expiresAt: secret.expiresAt,
    lastAccessedAt: secret.lastAccessedAt,
    state: secretState(secret, robot, clock()),
    hint: secrets.hint(secret.robotId, secret),
  })

  const showAll = ({ secrets, ...robot }: SecretHolder<SecretRow>) =>
    secrets.filter((one) => !isPlaceholder(one)).map((secret) => show(secret, robot))

  return {
    show,

    /** The secrets of a robot, in their order; none of one that was made without. */
    showAll,

    /** The same robots, each with its secrets, the newest first; in one statement. */
    async addTo<Row extends { id: string }>(
      robots: Row[],
    ): Promise<(Row & { secrets: ShownSecret[] })[]> {
      const ids = robots.map(({ id }) => id)
      const holders = await findSecretsOf(db, ids)
      return robots.map((robot) => {
        const holder = holders.get(robot.id)
        return { ...robot, secrets: holder ? showAll(holder) : [] }
      })
    },
  }
}
