import { uniqueViolation } from '../../db/driver-fault.ts'
import type { Db } from '../../db/types.ts'
import { makerNameOf, type Performer } from '../../domain/actor.ts'
import { auditable } from '../../domain/audit-sizes.ts'
import { invalidRequest } from '../../domain/errors.ts'
import { assertRobotName, robotFullName } from '../../domain/names.ts'
import type { Owner, RobotOwner } from '../../domain/owner.ts'
import type { Metadata } from '../../domain/robot-metadata.ts'
import { type PolicyOf, settingOf } from '../../domain/robot-policy.ts'
import { assertRobotsAllowed, robotNotFound } from '../../domain/robot-refusals.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { assertSecretsAllowed, INSTEAD_OF_FIRST } from '../../domain/secret-allowance.ts'
import { areSecretsShown } from '../../domain/secret-visibility.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { findRobotDetails } from '../../queries/robot-details.ts'
import type { NewSecret } from '../../queries/robot-secrets.ts'
import { deleteRobot, findRobot, insertRobot } from '../../queries/robots.ts'
import type { NamespaceLimits } from '../access/namespace-limits.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Reveals } from '../audit/reveals.ts'
import type { RobotSecrets } from './robot-secrets.ts'
import type { ShownDetails, ShownSecrets } from './shown-secrets.ts'

export interface Robot {
  name: string
  createdAt: Date
  lastAccessedAt: Date | null
  description: string
  token?: string
  /** Where they are asked for. */
  details?: ShownDetails
}

/** A robot as it is shown alone. */
export interface ShownRobot extends Robot {
  id: string
  version: number
  unstructuredMetadata: Metadata | null
}

/** What is shown of a robot in any case. @param row where it has its short name */
export const presentRobot = (owner: Pick<Owner, 'name'>, row: Robot): Robot => ({
  name: robotFullName(owner.name, row.name),
  createdAt: row.createdAt,
  lastAccessedAt: row.lastAccessedAt,
  description: row.description,
})

interface GivenDetails {
  /** False: its jobs log in by federation alone. */
  hasSecret?: boolean | undefined
  /** One that it had elsewhere, as `domain/brought-secret.ts` has it; undefined: a new one. */
  broughtSecret?: string | undefined
  /** Seconds that its secret lives; undefined: as long as it may. */
  expiresIn?: number | undefined
  description?: string | undefined
  unstructuredMetadata?: Metadata | undefined
}

export type RobotService = ReturnType<typeof createRobotService>

interface RobotServiceDeps {
  db: Db
  secrets: RobotSecrets
  shownSecrets: ShownSecrets
  audit: AuditLog
  reveals: Reveals
  policyOf: PolicyOf
  namespaceLimits: NamespaceLimits
  clock: Clock
  newId: NewId
  robotsDisallow: boolean
}

/** Robot accounts of one owner; every look-up is by the owner's key and the exact name. */
export function createRobotService({ db, secrets, audit, ...deps }: RobotServiceDeps) {
  /** @throws {ServiceError} `robot_not_found` */
  async function read(owner: Owner, name: string) {
    const row = await findRobot(db, owner.id, name)
    if (!row) throw robotNotFound()
    return row
  }

  /** @throws {ServiceError} `robot_not_found` */
  async function detailsOf({ id }: { id: string }) {
    const found = await findRobotDetails(db, id)
    const [details] = found ? await deps.shownSecrets.addTo([{ ...found, id }]) : []
    if (!details) throw robotNotFound()
    return { details }
  }

  /** The first secret of a robot, or what it has in its place. @throws {ServiceError} `invalid_request` */
  function firstSecret(
    robotId: string,
    owner: RobotOwner,
    { hasSecret = true, broughtSecret, expiresIn }: GivenDetails,
    performer: Performer,
  ): { token?: string; secret: NewSecret } {
    if (hasSecret) {
      assertSecretsAllowed(deps.policyOf(owner), INSTEAD_OF_FIRST)
      if (broughtSecret !== undefined) {
        const times = { performer, expiresAt: undefined }
        const secret = secrets.take(robotId, owner, broughtSecret, times)
        return { token: broughtSecret, secret }
      }
      return secrets.issue(robotId, owner, { performer, expiresIn })
    }
    if (expiresIn === undefined) return { secret: secrets.placeholder(robotId, performer) }
    throw invalidRequest('expires_in says when the secret expires, and there is none: leave it out')
  }

  return {
    /** A robot with details, and without its token. @throws {ServiceError} `robot_not_found` */
    async find(owner: Owner, name: string): Promise<Robot> {
      const row = await read(owner, name)
      return { ...presentRobot(owner, row), ...(await detailsOf(row)) }
    },

    /** @throws {ServiceError} `robot_not_found` */
    async get(
      owner: RobotOwner,
      name: string,
      { withDetails, withToken: wantsToken }: { withDetails: boolean; withToken: boolean },
      performer: Performer,
    ): Promise<ShownRobot> {
      const row = await read(owner, name)
      const details = withDetails && (await detailsOf(row))
      const withToken = wantsToken && row.hasSecret && areSecretsShown(deps.policyOf(owner))
      if (withToken) {
        await deps.reveals.note({
          kind: 'reveal_robot_token',
          namespace: owner,
          metadata: { robot: name },
          performer,
        })
      }
      const { id, version, unstructuredMetadata } = row
      return {
        ...{ id, version, unstructuredMetadata },
        ...presentRobot(owner, row),
        ...(withToken && { token: secrets.reveal(id, row) }),
        ...details,
      }
    },

    /**
     * @throws {ServiceError} `invalid_request` for a bad name, a name in use, too many, a secret that may not be, or while
     *   robots are switched off
     */
    async create(owner: RobotOwner, name: string, details: GivenDetails, performer: Performer) {
      assertRobotsAllowed(deps.robotsDisallow)
      assertRobotName(owner.name, name)
      const robot = {
        id: deps.newId(),
        name,
        description: details.description ?? '',
        unstructuredMetadata: details.unstructuredMetadata ?? null,
        createdAt: deps.clock(),
        createdBy: makerNameOf(performer),
      }
      const { token, secret } = firstSecret(robot.id, owner, details, performer)
      const policy = deps.policyOf(owner)
      const entry = audit.entryOf({
        kind: 'create_robot',
        namespace: owner,
        performer,
        metadata: {
          robot: name,
          description: details.description ?? null,
          unstructured_metadata: auditable(
            details.unstructuredMetadata as Prisma.InputJsonObject | undefined,
          ),
          ...(token === undefined && { secret: false }),
          ...(token !== undefined &&
            secret.expiresAt && { secret_expires_at: secret.expiresAt.toISOString() }),
        },
      })
      try {
        await deps.namespaceLimits.withRoom(
          'robots',
          owner,
          () => insertRobot(db, { ...robot, namespaceId: owner.id }, secret, entry),
          { most: policy.robotsMax, setting: settingOf(policy, 'robotsMax') },
        )
      } catch (error) {
        if (uniqueViolation(error) === undefined) throw error
        throw invalidRequest(`Existing robot with name: ${robotFullName(owner.name, name)}`)
      }
      const { unstructuredMetadata } = robot
      return {
        ...presentRobot(owner, { ...robot, lastAccessedAt: null }),
        ...(token !== undefined && { token }),
        unstructuredMetadata,
      }
    },

    /** @throws {ServiceError} `robot_not_found` */
    async delete(owner: Owner, name: string, performer: Performer) {
      const entry = audit.entryOf({
        kind: 'delete_robot',
        namespace: owner,
        performer,
        metadata: { robot: name },
      })
      if (!(await deleteRobot(db, owner.id, name, entry))) throw robotNotFound()
    },
  }
}
