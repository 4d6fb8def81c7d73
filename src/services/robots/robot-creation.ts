import { createBatches } from '../../db/batches.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import { makerNameOf, type Performer } from '../../domain/actor.ts'
import { auditable } from '../../domain/audit-sizes.ts'
import { assertMayGive } from '../../domain/delegation.ts'
import { invalidRequest } from '../../domain/errors.ts'
import type { FederationEntry } from '../../domain/federation-entry.ts'
import { assertRobotName, robotFullName } from '../../domain/names.ts'
import type { RobotOwner } from '../../domain/owner.ts'
import type { RepositoryRole } from '../../domain/repository-roles.ts'
import { changeRobot, NEW_ROBOT } from '../../domain/robot-change.ts'
import type { Labels } from '../../domain/robot-labels.ts'
import type { Metadata } from '../../domain/robot-metadata.ts'
import { type PolicyOf, settingOf } from '../../domain/robot-policy.ts'
import { assertRobotsAllowed } from '../../domain/robot-refusals.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { assertSecretsAllowed, INSTEAD_OF_FIRST } from '../../domain/secret-allowance.ts'
import type { Prisma } from '../../generated/prisma/client.ts'
import { insertAuditEntries } from '../../queries/audit-entries.ts'
import { insertRobotPermissions } from '../../queries/repository-permissions.ts'
import type { NewSecret } from '../../queries/robot-secrets.ts'
import { type RobotCreation as Creation, insertRobots } from '../../queries/robots.ts'
import { holdRepositories } from '../../queries/row-locks.ts'
import type { NamespaceLimits } from '../access/namespace-limits.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { RobotSecrets } from './robot-secrets.ts'
import { presentRobot } from './robots.ts'

interface NewRobot {
  /** Short. */
  name: string
  /** False: its jobs log in by federation alone. */
  hasSecret?: boolean | undefined
  /** One that it had elsewhere, as `domain/brought-secret.ts` has it; undefined: a new one. */
  broughtSecret?: string | undefined
  /** Seconds that its secret lives; undefined: as long as it may. */
  expiresIn?: number | undefined
  description?: string | undefined
  unstructuredMetadata?: Metadata | undefined
  labels?: Labels | undefined
  expiresAt?: Date | undefined
  /** Its role in repositories of the owner, by their names without namespace. */
  permissions?: Readonly<Record<string, RepositoryRole>> | undefined
  /** Which external identities may act as it. */
  federation?: FederationEntry[] | undefined
}

type Loggable = Omit<NewRobot, 'expiresAt'> & { expiresAt: Date | null }

interface RobotCreationDeps {
  db: Db
  secrets: RobotSecrets
  audit: AuditLog
  policyOf: PolicyOf
  namespaceLimits: NamespaceLimits
  clock: Clock
  newId: NewId
  robotsDisallow: boolean
  superusersFullAccess: boolean
  /** Lets identities act as a robot that the transaction has made. */
  federate: (
    tx: Tx,
    owner: RobotOwner,
    robot: string,
    entries: FederationEntry[],
    performer: Performer,
  ) => Promise<unknown>
}

export type RobotCreation = ReturnType<typeof createRobotCreation>

/** Makes robots with all that is said of them: everything, or nothing. */
export function createRobotCreation({ db, secrets, audit, ...deps }: RobotCreationDeps) {
  const batches = createBatches({
    write: (creations: Creation[]) => insertRobots(db, creations),
    laneOf: ({ robot }) => robot.namespaceId,
  })

  /** The first secret of a robot, or what it has in its place. @throws {ServiceError} `invalid_request` */
  function firstSecret(
    robotId: string,
    owner: RobotOwner,
    { hasSecret = true, broughtSecret, expiresIn }: NewRobot,
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

  /** @throws {ServiceError} `invalid_request` for a repository that is not there */
  async function givePermissions(
    tx: Tx,
    owner: RobotOwner,
    robot: { id: string; name: string },
    permissions: [repository: string, role: RepositoryRole][],
    performer: Performer,
  ) {
    const names = permissions.map(([name]) => name)
    const idOf = new Map(
      (await holdRepositories(tx, owner.id, names)).map(({ id, name }) => [name, id]),
    )
    const missing = names.find((name) => !idOf.has(name))
    if (missing !== undefined) {
      throw invalidRequest(`permissions: ${owner.name} has no repository ${missing}`)
    }
    const given = permissions.map(([name, role]) => ({
      ...{ id: deps.newId(), role, name },
      repositoryId: idOf.get(name) as string,
    }))
    await insertRobotPermissions(tx, robot.id, given)
    const username = robotFullName(owner.name, robot.name)
    // All in one statement: nobody is told of them by a webhook.
    const entries = given.map(({ repositoryId, name: repo, role }) =>
      audit.entryOf({
        kind: 'change_repo_permission',
        namespace: owner,
        repositoryId,
        performer,
        metadata: { username, repo, namespace: owner.name, role },
      }),
    )
    await insertAuditEntries(tx, entries)
  }

  /** @param secretExpiresAt null: never; undefined: there is no secret */
  const entryFor = (
    owner: RobotOwner,
    { name, description, unstructuredMetadata, labels, expiresAt }: Loggable,
    secretExpiresAt: Date | null | undefined,
    performer: Performer,
  ) =>
    audit.entryOf({
      kind: 'create_robot',
      namespace: owner,
      performer,
      metadata: {
        robot: name,
        description: description ?? null,
        unstructured_metadata: auditable(
          unstructuredMetadata as Prisma.InputJsonObject | undefined,
        ),
        ...(labels && { labels }),
        ...(expiresAt && { expires_at: expiresAt.toISOString() }),
        ...(secretExpiresAt === undefined && { secret: false }),
        ...(secretExpiresAt && { secret_expires_at: secretExpiresAt.toISOString() }),
      },
    })

  /**
   * @throws {ServiceError} `invalid_request` for a bad name, a name in use, too many, a secret that may not be, what the robot
   *   cannot be, or while robots are switched off; `insufficient_scope` for permissions that the caller's token cannot give;
   *   `model_refused` for too many federation entries
   */
  return async function create(owner: RobotOwner, given: NewRobot, performer: Performer) {
    const { name } = given
    const permissions = Object.entries(given.permissions ?? {})
    const federation = given.federation ?? []
    assertRobotsAllowed(deps.robotsDisallow)
    assertRobotName(owner.name, name)
    // Who gives a role in a repository administers it.
    const handsOn = permissions.length > 0 ? 'admin' : undefined
    assertMayGive(performer.actor, handsOn, deps.superusersFullAccess)
    const { labels, expiresAt } = changeRobot(NEW_ROBOT, given, deps.clock())
    const robot = {
      id: deps.newId(),
      name,
      description: given.description ?? '',
      unstructuredMetadata: given.unstructuredMetadata ?? null,
      labels,
      expiresAt,
      createdAt: deps.clock(),
      createdBy: makerNameOf(performer),
    }
    const { token, secret } = firstSecret(robot.id, owner, given, performer)
    const secretExpiresAt = token === undefined ? undefined : secret.expiresAt
    const entry = entryFor(owner, { ...given, expiresAt }, secretExpiresAt, performer)
    const creation = { robot: { ...robot, namespaceId: owner.id }, secret, entry }
    function assertInserted(isInserted: boolean | undefined) {
      if (isInserted) return
      throw invalidRequest(`Existing robot with name: ${robotFullName(owner.name, name)}`)
    }
    async function insert() {
      // Most robots are made alone, in one statement.
      if (permissions.length + federation.length === 0) {
        return assertInserted(await batches.write(creation))
      }
      return withTransaction(db, async (tx) => {
        const [isInserted] = await insertRobots(tx, [creation])
        assertInserted(isInserted)
        await givePermissions(tx, owner, robot, permissions, performer)
        if (federation.length > 0) await deps.federate(tx, owner, name, federation, performer)
      })
    }
    const policy = deps.policyOf(owner)
    const bound = { most: policy.robotsMax, setting: settingOf(policy, 'robotsMax') }
    await deps.namespaceLimits.withRoom('robots', owner, insert, bound)
    return {
      ...presentRobot(owner, { ...robot, lastAccessedAt: null }),
      ...(token !== undefined && { token }),
      unstructuredMetadata: robot.unstructuredMetadata,
    }
  }
}
