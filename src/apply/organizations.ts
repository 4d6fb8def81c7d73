import { inParallel } from '../domain/in-parallel.ts'
import { organizationAt } from './addresses.ts'
import { type ApiClient, ApiRefusal, AT_A_TIME } from './api-client.ts'
import type { OrganizationState } from './organization-state.ts'

/**
 * The organizations that a token administers, by name.
 *
 * @throws {ApiRefusal} where the token does not let one ask
 */
export async function organizationsOf(api: ApiClient): Promise<string[]> {
  const names = (await allOrganizations(api)) ?? (await ownOrganizations(api))
  const administered = await inParallel(names.sort(), AT_A_TIME, async (name) => {
    const found = await api.find<{ is_admin: boolean }>(organizationAt(name))
    return found?.body.is_admin ? [name] : []
  })
  return administered.flat()
}

/** Those in which the user is. */
async function ownOrganizations(api: ApiClient): Promise<string[]> {
  try {
    const { body } = await api.get<{ organizations: { name: string }[] }>('/api/v1/user/')
    return body.organizations.map(({ name }) => name)
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status !== 403) throw error
    throw new ApiRefusal(
      403,
      'the token does not say which organizations there are: name them with --organization, or use one with user:read',
    )
  }
}

/** Undefined where the token is no superuser's. */
async function allOrganizations(api: ApiClient): Promise<string[] | undefined> {
  try {
    const pages = await api.list<{ organizations: { name: string }[]; next_page?: string }>(
      '/api/v1/superuser/organizations/',
    )
    return pages.flatMap(({ organizations }) => organizations.map(({ name }) => name))
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 403) return undefined
    throw error
  }
}

/** @throws {ApiRefusal} who does not administer it would see half of it */
export function assertMayExport({ name, settings }: OrganizationState) {
  if (settings) return
  throw new ApiRefusal(403, `${name}: the token does not administer the organization`)
}
