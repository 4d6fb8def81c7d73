import type { Performer } from '../../domain/actor.ts'
import { invalidRequest } from '../../domain/errors.ts'
import type { RobotOwner } from '../../domain/owner.ts'
import type { PolicyOf } from '../../domain/robot-policy.ts'
import { hasExpired } from '../../domain/robot-secret.ts'
import type { Clock } from '../../domain/runtime.ts'
import { assertSecretsAllowed, INSTEAD_OF_ANOTHER } from '../../domain/secret-allowance.ts'
import { secretBeside } from '../../domain/secret-rotation.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { RobotSecrets } from './robot-secrets.ts'
import type { SecretReplacement } from './secret-replacement.ts'
import type { ShownSecret, ShownSecrets } from './shown-secrets.ts'

interface BroughtSecret {
  value: string
  /** Null: it has no end; undefined: as late as may be. */
  expiresAt: Date | null | undefined
}

interface BroughtSecretsDeps {
  replaceSecret: SecretReplacement
  secrets: RobotSecrets
  shownSecrets: ShownSecrets
  audit: AuditLog
  clock: Clock
  policyOf: PolicyOf
}

export type BroughtSecrets = ReturnType<typeof createBroughtSecrets>

/** Lets robots keep secrets that they had elsewhere, so that nobody who uses these has to be given others. */
export const createBroughtSecrets = (deps: BroughtSecretsDeps) => ({
  /**
   * Gives the robot a secret that exists, which is its newest one then; the one so far stays good.
   *
   * @throws {ServiceError} `robot_not_found`; `invalid_request` where it would have three, has or had this one, or may not have
   *   one, or one that lives as long
   */
  async bring(
    owner: RobotOwner,
    name: string,
    { value, expiresAt }: BroughtSecret,
    performer: Performer,
  ): Promise<ShownSecret> {
    const { decided, row } = await deps.replaceSecret(owner, name, (robot) => {
      const { secrets, audit, clock, policyOf } = deps
      assertSecretsAllowed(policyOf(owner), INSTEAD_OF_ANOTHER)
      const same = robot.secrets.find((one) => secrets.isSame(robot.id, one, value))
      if (same) {
        throw invalidRequest(
          hasExpired(same, clock())
            ? 'The robot has had this secret, which has ended'
            : 'The robot has this secret already',
        )
      }
      const kept = secretBeside(robot, clock())
      const secret = secrets.take(robot.id, owner, value, { performer, expiresAt })
      const entry = audit.entryOf({
        kind: 'bring_robot_secret',
        namespace: owner,
        performer,
        metadata: {
          robot: name,
          secret_id: secret.id,
          ...(secret.expiresAt && { expires_at: secret.expiresAt.toISOString() }),
        },
      })
      return { secret, kept, entry }
    })
    const { secret } = decided
    const shown = { ...secret, robotId: row.id, lastAccessedAt: null }
    return deps.shownSecrets.show(shown, { credentialId: secret.id })
  },
})
