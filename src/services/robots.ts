import { type Db, uniqueViolation, withTransaction } from '../db/client.ts'
import {
  deleteRobot,
  findRobot,
  findRobotId,
  insertRobot,
  listRobotGrants,
  listRobots,
  type RobotRow,
  updateRobotCredential,
} from '../db/robots.ts'
import type { Performer } from '../domain/actor.ts'
import { auditable } from '../domain/audit-metadata.ts'
import { type Avatar, avatar } from '../domain/avatar.ts'
import { invalidRequest, robotNotFound } from '../domain/errors.ts'
import { assertRobotName, robotFullName } from '../domain/names.ts'
import { formatPageToken, parsePageToken } from '../domain/page-token.ts'
import type { Clock, NewId } from '../domain/runtime.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { AuditLog } from './audit-log.ts'
import type { RobotSecrets } from './robot-secrets.ts'

/** The namespace whose robots are meant. */
export interface Owner {
  id: string
  name: string
}

export interface Robot {
  name: string
  createdAt: Date
  lastAccessedAt: Date | null
  description: string
  token?: string
  teams?: { name: string; avatar: Avatar }[]
  repositories?: string[]
}

export type Metadata = Record<string, unknown>

export interface RobotDetails {
  description?: string | undefined
  unstructuredMetadata?: Metadata | undefined
}

export interface RobotListOptions {
  /** Number of robots; undefined: all. */
  limit: number | undefined
  nextPage: string | undefined
  withToken: boolean
  withPermissions: boolean
}

export type RobotService = ReturnType<typeof createRobotService>

export interface RobotServiceDeps {
  db: Db
  secrets: RobotSecrets
  audit: AuditLog
  clock: Clock
  newId: NewId
  robotsDisallow: boolean
}

/** Robot accounts of one owner; every look-up is by the owner's key and the exact name. */
export const createRobotService = ({ db, secrets, audit, ...deps }: RobotServiceDeps) => {
  const present = (owner: Owner, row: RobotRow): Robot => ({
    name: robotFullName(owner.name, row.name),
    createdAt: row.createdAt,
    lastAccessedAt: row.lastAccessedAt,
    description: row.description,
  })

  return {
    /** Ordered by name; `nextPage` is set where `limit` cut the answer. */
    async list(owner: Owner, options: RobotListOptions) {
      const rows = await listRobots(db, owner.id, {
        limit: options.limit === undefined ? undefined : options.limit + 1,
        after: options.nextPage === undefined ? undefined : parsePageToken(options.nextPage),
        withPermissions: options.withPermissions,
      })
      const page = options.limit === undefined ? rows : rows.slice(0, options.limit)
      const last = page.length < rows.length ? page.at(-1) : undefined
      const robots = page.map((row) => ({
        ...present(owner, row),
        ...(row.teams && {
          teams: row.teams.map((name) => ({ name, avatar: avatar(name, 'team') })),
        }),
        ...(row.repositories && { repositories: row.repositories }),
        ...(options.withToken && { token: secrets.reveal(row) }),
      }))
      return { robots, nextPage: last && formatPageToken(last.name) }
    },

    /** @throws {ServiceError} `robot_not_found` */
    async get(owner: Owner, name: string) {
      const row = await findRobot(db, owner.id, name)
      if (!row) throw robotNotFound()
      return {
        ...present(owner, row),
        token: secrets.reveal(row),
        unstructuredMetadata: (row.unstructuredMetadata ?? {}) as Metadata,
      }
    },

    /** @throws {ServiceError} `invalid_request` for a bad name, a name in use, or while robots are switched off */
    async create(owner: Owner, name: string, details: RobotDetails, performer: Performer) {
      if (deps.robotsDisallow) {
        throw invalidRequest(
          'Robot accounts have been disabled. Please contact your administrator.',
        )
      }
      assertRobotName(owner.name, name)
      const id = deps.newId()
      const { token, credential } = secrets.issue(id)
      const metadata = details.unstructuredMetadata as Prisma.InputJsonObject | undefined
      try {
        const row = await withTransaction(db, async (tx) => {
          const inserted = await insertRobot(tx, {
            id,
            namespaceId: owner.id,
            name,
            description: details.description ?? '',
            unstructuredMetadata: metadata ?? Prisma.DbNull,
            createdAt: deps.clock(),
            ...credential,
          })
          await audit.record(tx, {
            kind: 'create_robot',
            namespace: owner,
            performer,
            metadata: {
              robot: name,
              description: details.description ?? null,
              unstructured_metadata: auditable(metadata),
            },
          })
          return inserted
        })
        return {
          ...present(owner, row),
          token,
          unstructuredMetadata: details.unstructuredMetadata ?? null,
        }
      } catch (error) {
        if (uniqueViolation(error) === undefined) throw error
        throw invalidRequest(`Existing robot with name: ${robotFullName(owner.name, name)}`)
      }
    },

    /** @throws {ServiceError} `robot_not_found` */
    delete: (owner: Owner, name: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        if (!(await deleteRobot(tx, owner.id, name))) throw robotNotFound()
        await audit.record(tx, {
          kind: 'delete_robot',
          namespace: owner,
          performer,
          metadata: { robot: name },
        })
      }),

    /**
     * Replaces the token; the old one and every token derived from it stop working at once.
     *
     * @throws {ServiceError} `robot_not_found`
     */
    regenerate: (owner: Owner, name: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const id = await findRobotId(tx, owner.id, name)
        if (id === undefined) throw robotNotFound()
        const { token, credential } = secrets.issue(id)
        const row = await updateRobotCredential(tx, id, credential)
        if (!row) throw robotNotFound()
        await audit.record(tx, {
          kind: 'regenerate_robot_token',
          namespace: owner,
          performer,
          metadata: { robot: name },
        })
        return { ...present(owner, row), token }
      }),

    /** @throws {ServiceError} `robot_not_found` */
    async permissions(owner: Owner, name: string) {
      const id = await findRobotId(db, owner.id, name)
      if (id === undefined) throw robotNotFound()
      return listRobotGrants(db, id)
    },
  }
}
