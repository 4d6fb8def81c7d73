import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { modelRefused, notFound } from '../../domain/errors.ts'
import { parseAccount, parseTeam } from '../../domain/grantee.ts'
import type { Requester } from '../../domain/limiter.ts'
import type { LongPage } from '../../domain/page.ts'
import type { RepositoryRole } from '../../domain/repository-roles.ts'
import {
  type AccountPermission,
  findAccountPermission,
  findRole,
  listAccountPermissions,
  listRolesOf,
  listTeamPermissions,
  type TeamPermission,
} from '../../queries/repository-permissions.ts'
import type { AccessibleRepository } from '../access/repository-access.ts'
import type { LongLists } from '../lists/long-lists.ts'
import { BY_NAME } from '../paging.ts'
import { NO_TEAM_PERMISSION, NO_USER_PERMISSION, type RoleChanges } from './role-changes.ts'

interface RepositoryPermissionServiceDeps {
  db: Db
  roleChanges: RoleChanges
  longLists: LongLists
}

export type { AccountPermission, TeamPermission }
export type RepositoryPermissionService = ReturnType<typeof createRepositoryPermissionService>

/** The roles that users, robots and teams are given in one repository. */
export function createRepositoryPermissionService(deps: RepositoryPermissionServiceDeps) {
  const { db, roleChanges } = deps

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
    setAccount: (
      repository: AccessibleRepository,
      name: string,
      role: RepositoryRole,
      performer: Performer,
    ): Promise<AccountPermission> =>
      withTransaction(db, async (tx) => {
        const account = await roleChanges.setAccount(tx, repository, name, role, performer)
        const permission = await findAccountPermission(tx, repository, account)
        if (!permission) throw notFound()
        return permission
      }),

    /** @throws {ServiceError} `invalid_request` for the namespace's owner, and for an account without a role of its own */
    deleteAccount: (repository: AccessibleRepository, name: string, performer: Performer) =>
      withTransaction(db, (tx) => roleChanges.deleteAccount(tx, repository, name, performer)),

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
    ) => withTransaction(db, (tx) => roleChanges.setTeam(tx, repository, name, role, performer)),

    /** @throws {ServiceError} `invalid_request` where it has none */
    deleteTeam: (repository: AccessibleRepository, name: string, performer: Performer) =>
      withTransaction(db, (tx) => roleChanges.deleteTeam(tx, repository, name, performer)),
  }
}
