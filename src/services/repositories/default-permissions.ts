import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import { type Performer, performerNameOf } from '../../domain/actor.ts'
import { assertMayGive } from '../../domain/delegation.ts'
import { invalidRequest, modelRefused, notFound } from '../../domain/errors.ts'
import { assertOneMore } from '../../domain/fixed-limits.ts'
import { foreignRobot, isForeignRobot, parseAccount, parseTeam } from '../../domain/grantee.ts'
import type { Requester } from '../../domain/limiter.ts'
import { isName } from '../../domain/names.ts'
import type { Owner } from '../../domain/owner.ts'
import type { LongPage } from '../../domain/page.ts'
import type { RepositoryRole } from '../../domain/repository-roles.ts'
import type { NewId } from '../../domain/runtime.ts'
import {
  countDefaultPermissions,
  type DefaultPermissionRow,
  deleteDefaultPermission,
  findDefaultPermission,
  insertDefaultPermission,
  listDefaultPermissions,
  updateDefaultPermission,
} from '../../queries/default-permissions.ts'
import { holdGrantee, lockOrganization } from '../../queries/row-locks.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LongLists, WholeQuery } from '../lists/long-lists.ts'
import { BY_ID } from '../paging.ts'

interface NewDefaultPermission {
  role: RepositoryRole
  delegate: { kind: 'user' | 'team'; name: string }
  /** Name of the user in whose new repositories it applies; empty or undefined: in everybody's. */
  activatingUser: string | undefined
}

interface DefaultPermissionServiceDeps {
  db: Db
  audit: AuditLog
  newId: NewId
  longLists: LongLists
  superusersFullAccess: boolean
}

export type DefaultPermission = DefaultPermissionRow
export type DefaultPermissionService = ReturnType<typeof createDefaultPermissionService>

/** The roles that are given in every new repository of an organization. */
export function createDefaultPermissionService({
  db,
  longLists,
  audit,
  newId,
  superusersFullAccess,
}: DefaultPermissionServiceDeps) {
  const record = (
    tx: Tx,
    kind: `${'create' | 'modify' | 'delete'}_prototype_permission`,
    organization: Owner,
    permission: DefaultPermission,
    performer: Performer,
    originalRole?: RepositoryRole,
  ) =>
    audit.record(tx, {
      kind,
      namespace: organization,
      performer,
      metadata: {
        prototypeid: permission.id,
        username: performer.actor ? performerNameOf(performer.actor) : null,
        activating_username: permission.activatingUser,
        role: permission.role,
        ...(originalRole && { original_role: originalRole }),
        [permission.kind === 'team' ? 'delegate_team' : 'delegate_user']: permission.name,
      },
    })

  async function find(tx: Tx, organization: Owner, id: string): Promise<DefaultPermission> {
    const found = await findDefaultPermission(tx, organization.id, id)
    if (!found) throw notFound()
    return found
  }

  async function holdActivatingUser(tx: Tx, organization: Owner, name: string | undefined) {
    if (!name) return null
    const user = isName(name) && (await holdGrantee(tx, { kind: 'user', name }, organization.id))
    if (!user) throw invalidRequest('Unknown activating user')
    return user.id
  }

  async function holdDelegate(
    tx: Tx,
    organization: Owner,
    { kind, name }: NewDefaultPermission['delegate'],
  ) {
    if (kind === 'user' && isForeignRobot(name, organization.name)) {
      throw invalidRequest(foreignRobot(name, organization.name))
    }
    const grantee = kind === 'team' ? parseTeam(name) : parseAccount(name, organization.name)
    const held = grantee && (await holdGrantee(tx, grantee, organization.id))
    if (held) return held
    if (kind === 'team' && name !== '') {
      throw modelRefused(`Team does not exist: ${organization.name}/${name}`)
    }
    throw invalidRequest('Missing delegate user or team')
  }

  return {
    /** In the order of their creation. */
    list: (
      organization: Owner,
      query: WholeQuery,
      requester: Requester,
    ): LongPage<DefaultPermission> =>
      longLists.page(
        query,
        { order: BY_ID, read: (page) => listDefaultPermissions(db, organization.id, page) },
        requester,
      ),

    /**
     * @throws {ServiceError} `invalid_request` or `model_refused` for accounts and teams that are not there, and too many;
     *   `insufficient_scope` for a role that the caller's token does not reach
     */
    create(
      organization: Owner,
      { role, delegate, activatingUser }: NewDefaultPermission,
      performer: Performer,
    ) {
      assertMayGive(performer.actor, role, superusersFullAccess)
      return withTransaction(db, async (tx) => {
        if (!(await lockOrganization(tx, organization.id))) throw notFound()
        assertOneMore('defaultPermissions', await countDefaultPermissions(tx, organization.id))
        const activatingUserId = await holdActivatingUser(tx, organization, activatingUser)
        const grantee = await holdDelegate(tx, organization, delegate)
        const organizationId = organization.id
        const id = newId()
        await insertDefaultPermission(tx, { id, organizationId, role, activatingUserId, grantee })
        const created = await find(tx, organization, id)
        await record(tx, 'create_prototype_permission', organization, created, performer)
        return created
      })
    },

    /** @throws {ServiceError} `not_found`; `insufficient_scope` for a role that the caller's token does not reach */
    setRole(organization: Owner, id: string, role: RepositoryRole, performer: Performer) {
      assertMayGive(performer.actor, role, superusersFullAccess)
      return withTransaction(db, async (tx) => {
        const found = await find(tx, organization, id)
        if (!(await updateDefaultPermission(tx, organization.id, id, role))) throw notFound()
        const changed = { ...found, role }
        await record(
          tx,
          'modify_prototype_permission',
          organization,
          changed,
          performer,
          found.role,
        )
        return changed
      })
    },

    /**
     * @throws {ServiceError} `not_found`; `insufficient_scope` where a higher role, which the caller's token does not reach,
     *   may apply in its place
     */
    delete: (organization: Owner, id: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const found = await find(tx, organization, id)
        // Those for a certain user's repositories apply in place of those for everybody's, as in Quay.
        if (found.activatingUser !== null) {
          assertMayGive(performer.actor, 'admin', superusersFullAccess)
        }
        if (!(await deleteDefaultPermission(tx, organization.id, id))) throw notFound()
        await record(tx, 'delete_prototype_permission', organization, found, performer)
      }),
  }
}
