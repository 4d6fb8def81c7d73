import { retryAborted, withTransaction } from '../../db/transactions.ts'
import type { Db, DbOrTx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { inOneOrder, within } from '../../domain/changes-at-once.ts'
import { robotFullName } from '../../domain/names.ts'
import type { Owner, RobotOwner } from '../../domain/owner.ts'
import type { Metadata } from '../../domain/robot-metadata.ts'
import type { PolicyOf } from '../../domain/robot-policy.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import { areSecretsShown } from '../../domain/secret-visibility.ts'
import { findRobotDetails } from '../../queries/robot-details.ts'
import { deleteRobot, findRobot } from '../../queries/robots.ts'
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

export type RobotService = ReturnType<typeof createRobotService>

interface RobotServiceDeps {
  db: Db
  secrets: RobotSecrets
  shownSecrets: ShownSecrets
  audit: AuditLog
  reveals: Reveals
  policyOf: PolicyOf
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
    return details
  }

  /** @throws {ServiceError} `robot_not_found` */
  async function remove(to: DbOrTx, owner: Owner, name: string, performer: Performer) {
    const entry = audit.entryOf({
      kind: 'delete_robot',
      namespace: owner,
      performer,
      metadata: { robot: name },
    })
    if (!(await deleteRobot(to, owner.id, name, entry))) throw robotNotFound()
  }

  return {
    /** A robot with details, and without its token. @throws {ServiceError} `robot_not_found` */
    async find(owner: Owner, name: string): Promise<Robot> {
      const row = await read(owner, name)
      return { ...presentRobot(owner, row), details: await detailsOf(row) }
    },

    /** @throws {ServiceError} `robot_not_found` */
    async get(
      owner: RobotOwner,
      name: string,
      { withDetails, withToken: wantsToken }: { withDetails: boolean; withToken: boolean },
      performer: Performer,
    ): Promise<ShownRobot> {
      const row = await read(owner, name)
      const details = withDetails ? await detailsOf(row) : undefined
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
      const shown: ShownRobot = { ...presentRobot(owner, row), id, version, unstructuredMetadata }
      if (withToken) shown.token = secrets.reveal(id, row)
      if (details) shown.details = details
      return shown
    },

    /** @throws {ServiceError} `robot_not_found` */
    delete: (owner: Owner, name: string, performer: Performer) =>
      retryAborted(() => remove(db, owner, name, performer)),

    /** All of them, or none. @throws {ServiceError} `invalid_request` with the robot that is not there */
    deleteAll: (owner: Owner, names: string[], performer: Performer) =>
      withTransaction(db, async (tx) => {
        for (const name of inOneOrder(names, String, 'robots')) {
          await within(name, () => remove(tx, owner, name, performer))
        }
      }),
  }
}
