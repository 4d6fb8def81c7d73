import type { Performer } from './actor.ts'
import { ServiceError } from './errors.ts'
import { isSuperuser } from './superusers.ts'

/** Who may create organizations, by the API. */
export const ORGANIZATION_CREATION = ['anyone', 'superusers'] as const
export type OrganizationCreation = (typeof ORGANIZATION_CREATION)[number]

/** The team that an organization starts with, and who creates it with that: its first administrator. */
export const OWNERS_TEAM = { name: 'owners', role: 'admin' } as const

/** @throws {ServiceError} `insufficient_scope` where the operator leaves organizations to superusers */
export function assertMayCreateOrganization({ actor }: Performer, policy: OrganizationCreation) {
  if (policy === 'anyone' || !actor || isSuperuser(actor)) return
  throw new ServiceError(
    'insufficient_scope',
    'Only superusers may create organizations here: ask one of them',
  )
}
