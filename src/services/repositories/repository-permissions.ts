import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { invalidRequest, modelRefused, notFound } from '../../domain/errors.ts'
import {
  assertNotOwner,
  foreignRobot,
  type Grantee,
  isForeignRobot,
  parseAccount,
  parseTeam,
} from '../../domain/grantee.ts'
import type { Requester } from '../../domain/limiter.ts'
import type { LongPage } from '../../domain/page.ts'
import type { RepositoryRole } from '../../domain/repository-roles.ts'
import type { NewId } from '../../domain/runtime.ts'
import {
  type AccountPermission,
  deletePermission,
  findAccountPermission,
  findRole,
  listAccountPermissions,
  listRolesOf,
  listTeamPermissions,
  putPermission,
  type TeamPermission,
} from '../../queries/repository-permissions.ts'
import { holdGrantee, holdRepository } from '../../queries/row-locks.ts'
import type { AccessibleRepository } from '../access/repository-access.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LongLists } from '../lists/long-lists.ts'
import { BY_NAME } from '../paging.ts'

const NO_USER_PERMISSION = 'User does not have permission for repo.'
const NO_TEAM_PERMISSION = 'Team does not have permission for repo.'

interface RepositoryPermissionServiceDeps {
  db: Db
  audit: AuditLog
  newId: NewId
  longLists: LongLists
}

export type { AccountPermission, TeamPermission }
export type RepositoryPermissionService = ReturnType<typeof createRepositoryPermissionService>

/** The roles that users, robots and teams are given in one repository. */
export function createRepositoryPermissionService(deps: RepositoryPermissionServiceDeps) {
  const { db } = deps

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
    const permission = { id: deps.newId(), repositoryId: repository.id, grantee: held, role }
    await putPermission(tx, permission)
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
    deps.audit.record(tx, {
      kind,
      namespace,
      repositoryId: id,
      performer,
      metadata: { ...metadata, repo: name, namespace: namespace.name, ...(role && { role }) },
    })

  return {
    /** By name. */
    listAccounts: (
      { id }: AccessibleRepository,
      nextPage: string | undefined,
      requester: Requester,
    ): LongPage<AccountPermission> =>
      deps.longLists.page(
        { nextPage },
        { order: BY_NAME, read: (page) => listAccountPermissions(db, id, page) },
        requester,
      ),

    /**
     * @param name of a user, or the full name of a robot
     * @throws {ServiceError} `model_refused` where it has none of its own
     */
    async getAccount(repository: AccessibleRepository, name: string): Promise<AccountPermission> {
      const account = parseAccount(name, repository.namespace.name)
      const found = account && (await findAccountPermission(db, repository, account))
      if (!found) throw modelRefused(NO_USER_PERMISSION)
      return found
    },

    /** @throws {ServiceError} `invalid_request` for an account that cannot be given a role */
    setAccount(
      repository: AccessibleRepository,
      name: string,
      role: RepositoryRole,
      performer: Performer,
    ): Promise<AccountPermission> {
      const namespace = repository.namespace.name
      assertNotOwner(name, namespace)
      if (isForeignRobot(name, namespace)) throw invalidRequest(foreignRobot(name, namespace))
      return withTransaction(db, async (tx) => {
        const unknown = () => invalidRequest(`Invalid username: ${name}`)
        const account = await put(tx, repository, parseAccount(name, namespace), role, unknown)
        await record(tx, 'change_repo_permission', repository, { username: name }, performer, role)
        const permission = await findAccountPermission(tx, repository, account)
        if (!permission) throw notFound()
        return permission
      })
    },

    /** @throws {ServiceError} `invalid_request` for the namespace's owner, and for an account without a role of its own */
    deleteAccount(repository: AccessibleRepository, name: string, performer: Performer) {
      assertNotOwner(name, repository.namespace.name)
      const account = parseAccount(name, repository.namespace.name)
      return withTransaction(db, async (tx) => {
        const isDeleted = account && (await deletePermission(tx, repository, account))
        if (!isDeleted) throw invalidRequest(NO_USER_PERMISSION)
        await record(tx, 'delete_repo_permission', repository, { username: name }, performer)
      })
    },

    /**
     * The roles that an account has itself and through teams.
     *
     * @throws {ServiceError} `not_found` where there are none
     */
    async rolesOf(repository: AccessibleRepository, name: string) {
      const account = parseAccount(name, repository.namespace.name)
      const roles = account ? await listRolesOf(db, repository, account) : []
      if (roles.length === 0) throw notFound()
      return roles
    },

    /** By name. */
    listTeams: (
      { id }: AccessibleRepository,
      nextPage: string | undefined,
      requester: Requester,
    ): LongPage<TeamPermission> =>
      deps.longLists.page(
        { nextPage },
        { order: BY_NAME, read: (page) => listTeamPermissions(db, id, page) },
        requester,
      ),

    /** @throws {ServiceError} `model_refused` where it has none */
    async getTeam(repository: AccessibleRepository, name: string) {
      const team = parseTeam(name)
      const role = team && (await findRole(db, repository, team))
      if (!role) throw modelRefused(NO_TEAM_PERMISSION)
      return role
    },

    /** @throws {ServiceError} `invalid_request` for a team that the namespace does not have */
    setTeam: (
      repository: AccessibleRepository,
      name: string,
      role: RepositoryRole,
      performer: Performer,
    ) =>
      withTransaction(db, async (tx) => {
        const unknown = () =>
          invalidRequest(`No team ${name} in organization ${repository.namespace.name}`)
        await put(tx, repository, parseTeam(name), role, unknown)
        await record(tx, 'change_repo_permission', repository, { team: name }, performer, role)
      }),

    /** @throws {ServiceError} `invalid_request` where it has none */
    deleteTeam: (repository: AccessibleRepository, name: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const team = parseTeam(name)
        const isDeleted = team && (await deletePermission(tx, repository, team))
        if (!isDeleted) throw invalidRequest(NO_TEAM_PERMISSION)
        await record(tx, 'delete_repo_permission', repository, { team: name }, performer)
      }),
  }
}
