import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { type CredentialFormat, formatCredentials } from '../../domain/credential-formats.ts'
import { robotFullName } from '../../domain/names.ts'
import type { RobotOwner } from '../../domain/owner.ts'
import { registryPart } from '../../domain/registry-part.ts'
import type { PolicyOf } from '../../domain/robot-policy.ts'
import { robotNotFound } from '../../domain/robot-refusals.ts'
import { assertSecretShown } from '../../domain/secret-visibility.ts'
import { findRobot } from '../../queries/robots.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { RobotSecrets } from './robot-secrets.ts'

interface CredentialExportDeps {
  db: Db
  secrets: RobotSecrets
  audit: AuditLog
  policyOf: PolicyOf
  /** `host[:port]`, as registry clients log in to it. */
  registryHost: string
}

interface WantedCredentials {
  format: CredentialFormat
  registry?: string | undefined
}

export type CredentialExport = ReturnType<typeof createCredentialExport>

/** Writes a robot's name and static token in the forms that registry clients and clusters read. */
export const createCredentialExport = ({
  db,
  secrets,
  audit,
  policyOf,
  registryHost,
}: CredentialExportDeps) => ({
  /**
   * The credentials as text, and its media type. Writes to the owner's log who took them.
   *
   * @param wanted.registry what they are for; undefined: all of the registry
   * @throws {ServiceError} `robot_not_found`; `conflict` where its secret is not shown again, or it has none; `invalid_request` for what is no part of the registry
   */
  write: async (
    owner: RobotOwner,
    name: string,
    wanted: WantedCredentials,
    performer: Performer,
  ) => {
    const { format } = wanted
    const registry = registryPart(wanted.registry, registryHost)
    return withTransaction(db, async (tx) => {
      const robot = await findRobot(tx, owner.id, name)
      if (!robot) throw robotNotFound()
      assertSecretShown(robot, policyOf(owner))
      await audit.record(tx, {
        kind: 'export_robot_credentials',
        namespace: owner,
        performer,
        metadata: { robot: name, format, ...(registry !== registryHost && { registry }) },
      })
      return formatCredentials(format, {
        registry,
        username: robotFullName(owner.name, name),
        password: secrets.reveal(robot.id, robot),
      })
    })
  },
})
