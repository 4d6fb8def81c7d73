import { uniqueViolation } from '../../db/client.ts'
import type { Db } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { auditable } from '../../domain/audit-metadata.ts'
import { invalidRequest } from '../../domain/errors.ts'
import { assertRobotName, robotFullName } from '../../domain/names.ts'
import type { Owner } from '../../domain/owner.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import {
  deleteRobot,
  findRobot,
  findRobotId,
  insertRobot,
  updateRobotCredential,
} from '../../queries/robots.ts'
import type { NamespaceLimits } from '../access/namespace-limits.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Reveals } from '../audit/reveals.ts'
import type { RobotSecrets } from './robot-secrets.ts'

export interface Robot {
  name: string
  createdAt: Date
  lastAccessedAt: Date | null
  description: string
  token?: string
}

/** What is shown of a robot in any case. @param row where it has its short name */
export const presentRobot = (owner: Owner, row: Robot): Robot => ({
  name: robotFullName(owner.name, row.name),
  createdAt: row.createdAt,
  lastAccessedAt: row.lastAccessedAt,
  description: row.description,
})

export type Metadata = Record<string, unknown>

interface RobotDetails {
  description?: string | undefined
  unstructuredMetadata?: Metadata | undefined
}

export type RobotService = ReturnType<typeof createRobotService>

interface RobotServiceDeps {
  db: Db
  secrets: RobotSecrets
  audit: AuditLog
  reveals: Reveals
  namespaceLimits: NamespaceLimits
  clock: Clock
  newId: NewId
  robotsDisallow: boolean
}

/** Robot accounts of one owner; every look-up is by the owner's key and the exact name. */
export function createRobotService({ db, secrets, audit, ...deps }: RobotServiceDeps) {
  return {
    /** @throws {ServiceError} `robot_not_found` */
    async get(owner: Owner, name: string, performer: Performer) {
      const row = await findRobot(db, owner.id, name)
      if (!row) throw robotNotFound()
      await deps.reveals.note({
        kind: 'reveal_robot_token',
        namespace: owner,
        metadata: { robot: name },
        performer,
      })
      return {
        ...presentRobot(owner, row),
        token: secrets.reveal(row),
        unstructuredMetadata: (row.unstructuredMetadata ?? {}) as Metadata,
      }
    },

    /** @throws {ServiceError} `invalid_request` for a bad name, a name in use, too many, or while robots are switched off */
    async create(owner: Owner, name: string, details: RobotDetails, performer: Performer) {
      if (deps.robotsDisallow) {
        throw invalidRequest(
          'Robot accounts have been disabled. Please contact your administrator.',
        )
      }
      assertRobotName(owner.name, name)
      const robot = {
        id: deps.newId(),
        name,
        description: details.description ?? '',
        unstructuredMetadata: details.unstructuredMetadata ?? null,
        createdAt: deps.clock(),
      }
      const { token, credential } = secrets.issue(robot.id)
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
        },
      })
      try {
        await deps.namespaceLimits.withRoom('robots', owner, () =>
          insertRobot(db, { ...robot, ...credential, namespaceId: owner.id }, entry),
        )
      } catch (error) {
        if (uniqueViolation(error) === undefined) throw error
        throw invalidRequest(`Existing robot with name: ${robotFullName(owner.name, name)}`)
      }
      const { unstructuredMetadata } = robot
      return {
        ...presentRobot(owner, { ...robot, lastAccessedAt: null }),
        token,
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

    /**
     * Replaces the token; the old one and every token derived from it stop working at once.
     *
     * @throws {ServiceError} `robot_not_found`
     */
    async regenerate(owner: Owner, name: string, performer: Performer) {
      const id = await findRobotId(db, owner.id, name)
      if (id === undefined) throw robotNotFound()
      const { token, credential } = secrets.issue(id)
      const entry = audit.entryOf({
        kind: 'regenerate_robot_token',
        namespace: owner,
        performer,
        metadata: { robot: name },
      })
      const row = await updateRobotCredential(db, id, credential, entry)
      if (!row) throw robotNotFound()
      return { ...presentRobot(owner, row), token }
    },
  }
}
