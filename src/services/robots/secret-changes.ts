import { withTransaction } from '../../db/transactions.ts'
import type { Db, DbOrTx, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { notFound } from '../../domain/errors.ts'
import { nextNotice } from '../../domain/expiry-notices.ts'
import type { Owner, RobotOwner } from '../../domain/owner.ts'
import type { PolicyOf } from '../../domain/robot-policy.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import { isPlaceholder } from '../../domain/robot-secret.ts'
import type { Clock } from '../../domain/runtime.ts'
import { assertSecretsAllowed, INSTEAD_OF_ANOTHER } from '../../domain/secret-allowance.ts'
import { assertSecretExpiry } from '../../domain/secret-life.ts'
import { keptSecret, newestWithout } from '../../domain/secret-rotation.ts'
import { deleteSecret, findSecrets, updateSecretExpiry } from '../../queries/robot-secrets.ts'
import { lockRobot } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { RobotSecrets } from './robot-secrets.ts'
import { presentRobot, type Robot } from './robots.ts'
import type { SecretReplacement } from './secret-replacement.ts'
import type { ShownSecret, ShownSecrets } from './shown-secrets.ts'

interface Rotation {
  /** Seconds that the secret so far stays good. */
  grace: number
  /** Seconds that the new one lives; undefined: as long as it may. */
  expiresIn?: number | undefined
}

/** Which of a robot's secrets. */
interface SecretKey {
  name: string
  id: string
}

interface SecretChangesDeps {
  db: Db
  replaceSecret: SecretReplacement
  secrets: RobotSecrets
  shownSecrets: ShownSecrets
  audit: AuditLog
  clock: Clock
  policyOf: PolicyOf
}

export type SecretChanges = ReturnType<typeof createSecretChanges>

/** The secrets of a robot: one, or two while its jobs change from one to the other. */
export function createSecretChanges(deps: SecretChangesDeps) {
  const { db, replaceSecret, secrets, shownSecrets, audit, clock, policyOf } = deps

  /** @throws {ServiceError} `robot_not_found` */
  async function read(db: DbOrTx, owner: Owner, name: string) {
    const robot = await findSecrets(db, owner.id, name)
    if (!robot) throw robotNotFound()
    return robot
  }

  /** @throws {ServiceError} `robot_not_found` */
  async function lock(tx: Tx, owner: Owner, name: string) {
    const id = await lockRobot(tx, owner.id, name)
    if (id === undefined) throw robotNotFound()
    return id
  }

  /** @throws {ServiceError} `robot_not_found`; `not_found` where the robot has no such secret */
  async function lockSecret(tx: Tx, owner: Owner, { name, id }: SecretKey) {
    await lock(tx, owner, name)
    const robot = await read(tx, owner, name)
    const secret = robot.secrets.find((one) => one.id === id && !isPlaceholder(one))
    if (!secret) throw notFound()
    return { robot, secret }
  }

  /**
   * Gives the robot another secret. Without grace all that it had stop working at once, with every token derived from them.
   *
   * @throws {ServiceError} `robot_not_found`; `invalid_request` where it would have three, one that lives too long, or one where
   *   there are none
   */
  async function rotate(
    owner: RobotOwner,
    name: string,
    { grace, expiresIn }: Rotation,
    performer: Performer,
  ): Promise<Robot & { token: string }> {
    const { decided, row } = await replaceSecret(owner, name, (robot) => {
      assertSecretsAllowed(policyOf(owner), INSTEAD_OF_ANOTHER)
      const kept = keptSecret(robot, grace, clock())
      const { token, secret } = secrets.issue(robot.id, owner, { performer, expiresIn })
      const entry = audit.entryOf({
        kind: 'regenerate_robot_token',
        namespace: owner,
        performer,
        metadata: {
          robot: name,
          ...(kept && { replaced_until: kept.expiresAt?.toISOString() }),
          ...(secret.expiresAt && { expires_at: secret.expiresAt.toISOString() }),
        },
      })
      return { token, secret, kept, entry }
    })
    return { ...presentRobot(owner, row), token: decided.token }
  }

  return {
    /** The newest first. @throws {ServiceError} `robot_not_found` */
    async list(owner: Owner, name: string): Promise<ShownSecret[]> {
      const robot = await read(db, owner, name)
      return shownSecrets.showAll(robot)
    },

    rotate,

    /** @throws {ServiceError} as `rotate`, and `not_found` */
    changeExpiry: (
      owner: RobotOwner,
      key: SecretKey,
      expiresAt: Date | null,
      performer: Performer,
    ) =>
      withTransaction(db, async (tx) => {
        const { robot, secret } = await lockSecret(tx, owner, key)
        const changed = { ...secret, isNewest: secret.id === robot.credentialId }
        const now = clock()
        assertSecretExpiry(expiresAt, changed, policyOf(owner), now)
        const nextNoticeAt = nextNotice(expiresAt, now)
        await updateSecretExpiry(tx, secret.id, { expiresAt, nextNoticeAt })
        await audit.record(tx, {
          kind: 'change_robot_secret',
          namespace: owner,
          performer,
          metadata: {
            robot: key.name,
            secret_id: secret.id,
            expires_at: expiresAt?.toISOString() ?? null,
          },
        })
        return shownSecrets.show({ ...secret, expiresAt }, robot)
      }),

    /** Ends a secret at once. @throws {ServiceError} `robot_not_found`, `not_found`; `invalid_request` for the only one */
    end: (owner: Owner, key: SecretKey, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const { robot, secret } = await lockSecret(tx, owner, key)
        await deleteSecret(tx, secret, newestWithout(secret.id, robot, clock()))
        await audit.record(tx, {
          kind: 'delete_robot_secret',
          namespace: owner,
          performer,
          metadata: { robot: key.name, secret_id: secret.id },
        })
      }),
  }
}
