import { type ApiClient, ApiRefusal } from './api-client.ts'
import type { OrganizationState } from './organization-state.ts'

interface UserAnswer {
  super_user?: boolean
  organizations: { name: string; is_org_admin?: boolean }[]
}

/**
 * The organizations that a token administers, by name: of a superuser's with `super:user` all.
 *
 * @throws {ApiRefusal} where the token does not let one ask
 */
export async function organizationsOf(api: ApiClient): Promise<string[]> {
  const all = await allOrganizations(api)
  if (all) return all.sort()
  try {
    const { body } = await api.get<UserAnswer>('/api/v1/user/')
    return body.organizations.filter((one) => one.is_org_admin).map(({ name }) => name)
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status !== 403) throw error
    throw new ApiRefusal(
      403,
      'the token does not say which organizations it administers: name them with --organization, or use one with user:read',
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
