import type { Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { invalidRequest, notFound } from '../../domain/errors.ts'
import {
  assertNotOwner,
  foreignRobot,
  type Grantee,
  isForeignRobot,
  parseAccount,
  parseTeam,
} from '../../domain/grantee.ts'
import type { RepositoryRole } from '../../domain/repository-roles.ts'
import type { NewId } from '../../domain/runtime.ts'
import { deletePermission, putPermission } from '../../queries/repository-permissions.ts'
import { holdGrantee, holdRepository } from '../../queries/row-locks.ts'
import type { AccessibleRepository } from '../access/repository-access.ts'
import type { AuditLog } from '../audit/audit-log.ts'

export const NO_USER_PERMISSION = 'User does not have permission for repo.'
export const NO_TEAM_PERMISSION = 'Team does not have permission for repo.'

export type RoleChanges = ReturnType<typeof createRoleChanges>

/** Gives a role in a repository, or takes one away, with the entry in the log; a part of a transaction each. */
export function createRoleChanges({ audit, newId }: { audit: AuditLog; newId: NewId }) {
  /** @throws {ServiceError} what `unknown` makes, where there is no such grantee */
  async function put(
    tx: Tx,
    repository: AccessibleRepository,
    grantee: Grantee | undefined,
    role: RepositoryRole,
    unknown: () => Error,
  ): Promise<Grantee> {
    if (!(await holdRepository(tx, repository.id))) throw notFound()
    const held = grantee && (await holdGrantee(tx, grantee, repository.namespace.id))
    if (!grantee || !held) throw unknown()
    await putPermission(tx, { id: newId(), repositoryId: repository.id, grantee: held, role })
    return grantee
  }

  const record = (
    tx: Tx,
    kind: 'change_repo_permission' | 'delete_repo_permission',
    { id, name, namespace }: AccessibleRepository,
    metadata: { username: string } | { team: string },
    performer: Performer,
    role?: RepositoryRole,
  ) =>
    audit.record(tx, {
      kind,
      namespace,
      repositoryId: id,
      performer,
      metadata: { ...metadata, repo: name, namespace: namespace.name, ...(role && { role }) },
    })

  return {
    /** @throws {ServiceError} `invalid_request` for an account that cannot be given a role; `not_found` */
    async setAccount(
      tx: Tx,
      repository: AccessibleRepository,
      name: string,
      role: RepositoryRole,
      performer: Performer,
    ): Promise<Grantee> {
      const namespace = repository.namespace.name
      assertNotOwner(name, namespace)
      if (isForeignRobot(name, namespace)) throw invalidRequest(foreignRobot(name, namespace))
      const unknown = () => invalidRequest(`Invalid username: ${name}`)
      const account = await put(tx, repository, parseAccount(name, namespace), role, unknown)
      await record(tx, 'change_repo_permission', repository, { username: name }, performer, role)
      return account
    },

    /** @throws {ServiceError} `invalid_request` for the namespace's owner, and for an account without a role of its own */
    async deleteAccount(
      tx: Tx,
      repository: AccessibleRepository,
      name: string,
      performer: Performer,
    ) {
      assertNotOwner(name, repository.namespace.name)
      const account = parseAccount(name, repository.namespace.name)
      const isDeleted = account && (await deletePermission(tx, repository, account))
      if (!isDeleted) throw invalidRequest(NO_USER_PERMISSION)
      await record(tx, 'delete_repo_permission', repository, { username: name }, performer)
    },

    /** @throws {ServiceError} `invalid_request` for a team that the namespace does not have; `not_found` */
    async setTeam(
      tx: Tx,
      repository: AccessibleRepository,
      name: string,
      role: RepositoryRole,
      performer: Performer,
    ) {
      const unknown = () =>
        invalidRequest(`No team ${name} in organization ${repository.namespace.name}`)
      await put(tx, repository, parseTeam(name), role, unknown)
      await record(tx, 'change_repo_permission', repository, { team: name }, performer, role)
    },

    /** @throws {ServiceError} `invalid_request` where it has none */
    async deleteTeam(tx: Tx, repository: AccessibleRepository, name: string, performer: Performer) {
      const team = parseTeam(name)
      const isDeleted = team && (await deletePermission(tx, repository, team))
      if (!isDeleted) throw invalidRequest(NO_TEAM_PERMISSION)
      await record(tx, 'delete_repo_permission', repository, { team: name }, performer)
    },
  }
}
