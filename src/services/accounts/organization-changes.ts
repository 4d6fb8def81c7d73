import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { emailProblem } from '../../domain/email-rules.ts'
import {
  invalidRequest,
  modelRefused,
  notFound,
  organizationNotFound,
} from '../../domain/errors.ts'
import { robotNameFits } from '../../domain/names.ts'
import type { Owner } from '../../domain/owner.ts'
import { isTagExpiration } from '../../domain/tag-expiration.ts'
import {
  findOrganizationSettings,
  type OrganizationSettings,
  updateOrganization,
} from '../../queries/organizations.ts'
import { longestRobotName } from '../../queries/robots.ts'
import { lockOrganization, lockOrganizationNamed } from '../../queries/row-locks.ts'
import type { AuditKind, AuditLog } from '../audit/audit-log.ts'
import type { AccountNames } from './account-names.ts'
import type { RetiredNames } from './retired-names.ts'

/** A setting that is undefined stays as it is. */
type OrganizationChanges = {
  [Setting in keyof OrganizationSettings]: OrganizationSettings[Setting] | undefined
}

export type OrganizationChangeService = ReturnType<typeof createOrganizationChangeService>

interface OrganizationChangeDeps {
  db: Db
  audit: AuditLog
  accountNames: AccountNames
  retiredNames: RetiredNames
}

/** Changing and renaming organizations; `account-deletion.ts` deletes them. */
export function createOrganizationChangeService({
  db,
  audit,
  accountNames,
  retiredNames,
}: OrganizationChangeDeps) {
  /** @throws {ServiceError} `model_refused` */
  async function lockNamed(tx: Tx, name: string) {
    const organization = await lockOrganizationNamed(tx, name)
    if (!organization) throw organizationNotFound(name)
    return organization
  }

  async function rename(tx: Tx, organization: Owner, newName: string, performer: Performer) {
    if (!robotNameFits(newName, await longestRobotName(tx, organization.id))) {
      throw modelRefused(`Invalid username ${newName}: names of robots would be too long`)
    }
    await retiredNames.retire(tx, organization.id)
    await updateOrganization(tx, organization.id, { name: newName })
    await retiredNames.takeForRename(tx, { id: organization.id, name: newName }, performer)
    await audit.record(tx, {
      kind: 'org_change_name',
      namespace: { id: organization.id, name: newName },
      performer,
      metadata: { old_name: organization.name, new_name: newName, namespace: newName },
    })
  }

  return {
    /**
     * @throws {ServiceError} `invalid_request` for a bad address, `model_refused` for a tag expiration
     *   that is none of the options, `not_found`
     */
    async update(owner: Owner, changes: OrganizationChanges, performer: Performer) {
      assertSettings(changes)
      await withTransaction(db, async (tx) => {
        const before =
          (await lockOrganization(tx, owner.id)) && (await findOrganizationSettings(tx, owner.id))
        if (!before) throw notFound()
        const after = changed(before, changes)
        const { email, ...settings } = after
        await updateOrganization(tx, owner.id, email === before.email ? settings : after)
        for (const { kind, metadata } of eventsOf(before, after)) {
          await audit.record(tx, {
            kind,
            namespace: owner,
            performer,
            metadata: { ...metadata, namespace: owner.name },
          })
        }
      })
    },

    /**
     * Gives an organization another name; all that belongs to it stays.
     *
     * @throws {ServiceError} `model_refused` for an unknown organization or a bad name, `invalid_request` for one that
     *   is not free
     */
    async rename(name: string, newName: string | undefined, performer: Performer) {
      try {
        return await withTransaction(db, async (tx) => {
          const organization = await lockNamed(tx, name)
          if (newName === undefined || newName === name) return organization
          const problem = accountNames.problem(newName)
          if (problem) throw modelRefused(`Invalid username ${newName}: ${problem}`)
          await rename(tx, organization, newName, performer)
          return { ...organization, name: newName }
        })
      } catch (error) {
        throw accountNames.organizationNameTaken(error)
      }
    },
  }
}

function assertSettings(changes: OrganizationChanges) {
  for (const address of [changes.email, changes.invoiceEmailAddress]) {
    const problem = address ? emailProblem(address) : undefined
    if (problem) throw invalidRequest(problem)
  }
  if (changes.tagExpirationS !== undefined && !isTagExpiration(changes.tagExpirationS)) {
    throw modelRefused('Invalid tag expiration option')
  }
}

const changed = (
  before: OrganizationSettings,
  changes: OrganizationChanges,
): OrganizationSettings => ({
  email: changes.email === undefined ? before.email : changes.email,
  invoiceEmail: changes.invoiceEmail ?? before.invoiceEmail,
  invoiceEmailAddress:
    changes.invoiceEmailAddress === undefined
      ? before.invoiceEmailAddress
      : changes.invoiceEmailAddress,
  tagExpirationS: changes.tagExpirationS ?? before.tagExpirationS,
})

/** The audit entries of a change, of the kinds that Quay has. */
function eventsOf(before: OrganizationSettings, after: OrganizationSettings) {
  const events: { kind: AuditKind; metadata: Record<string, string | number | boolean | null> }[] =
    []
  const { email, invoiceEmail, invoiceEmailAddress, tagExpirationS } = after
  if (invoiceEmail !== before.invoiceEmail) {
    events.push({ kind: 'org_change_invoicing', metadata: { invoice_email: invoiceEmail } })
  }
  if (invoiceEmailAddress !== before.invoiceEmailAddress) {
    const metadata = { invoice_email_address: invoiceEmailAddress }
    events.push({ kind: 'org_change_invoicing', metadata })
  }
  if (email !== before.email) {
    events.push({ kind: 'org_change_email', metadata: { email, old_email: before.email } })
  }
  if (tagExpirationS !== before.tagExpirationS) {
    const metadata = { tag_expiration: tagExpirationS }
    events.push({ kind: 'org_change_tag_expiration', metadata })
  }
  return events
}
