import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { notFound, organizationNotFound } from '../../domain/errors.ts'
import { assertUserMayGo, NAMED_ORGANIZATIONS } from '../../domain/last-admin-rules.ts'
import type { Owner } from '../../domain/owner.ts'
import type { Clock } from '../../domain/runtime.ts'
import { assertChangeable } from '../../domain/superusers.ts'
import { deleteAccount } from '../../queries/account-deletion.ts'
import {
  lockAdministered,
  lockOrganization,
  lockOrganizationNamed,
  lockUserNamed,
} from '../../queries/row-locks.ts'
import { listSolelyAdministered } from '../../queries/users.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { DeletionRemains } from './deletion-remains.ts'
import type { RetiredNames } from './retired-names.ts'

interface AccountDeletionDeps {
  db: Db
  audit: AuditLog
  retiredNames: RetiredNames
  deletionRemains: DeletionRemains
  clock: Clock
}

export type AccountDeletion = ReturnType<typeof createAccountDeletion>

/**
 * Deletes users and organizations with all that is theirs: robots, repositories, teams, applications. They are gone for
 * everybody at once, their name is retired; what a large one leaves is cleared away later.
 */
export function createAccountDeletion({
  db,
  audit,
  deletionRemains,
  ...deps
}: AccountDeletionDeps) {
  async function remove(tx: Tx, { id }: Owner) {
    await deps.retiredNames.retire(tx, id)
    await deleteAccount(tx, id, deps.clock())
  }

  async function removeOrganization(tx: Tx, organization: Owner, performer: Performer) {
    await remove(tx, organization)
    await audit.record(tx, {
      kind: 'org_delete',
      namespace: organization,
      performer,
      metadata: { namespace: organization.name },
    })
  }

  return {
    /** @throws {ServiceError} `not_found` */
    async ofOrganization(owner: Owner, performer: Performer) {
      await withTransaction(db, async (tx) => {
        if (!(await lockOrganization(tx, owner.id))) throw notFound()
        await removeOrganization(tx, owner, performer)
      })
      await deletionRemains.clearSome()
    },

    /** @throws {ServiceError} `model_refused` for an unknown organization */
    async ofOrganizationNamed(name: string, performer: Performer) {
      await withTransaction(db, async (tx) => {
        const organization = await lockOrganizationNamed(tx, name)
        if (!organization) throw organizationNotFound(name)
        await removeOrganization(tx, organization, performer)
      })
      await deletionRemains.clearSome()
    },

    /**
     * @throws {ServiceError} `not_found`, `invalid_request` for a superuser, `model_refused` for the only administrator of
     *   an organization
     */
    async ofUser(name: string, performer: Performer) {
      await withTransaction(db, async (tx) => {
        const user = await lockUserNamed(tx, name)
        if (!user) throw notFound()
        assertChangeable(user, 'delete')
        await lockAdministered(tx, user.id)
        assertUserMayGo(name, await listSolelyAdministered(tx, user.id, NAMED_ORGANIZATIONS))
        await remove(tx, user)
        await audit.record(tx, {
          kind: 'user_delete',
          namespace: { id: user.id, name: user.name },
          performer,
          metadata: { username: user.name },
        })
      })
      await deletionRemains.clearSome()
    },
  }
}
