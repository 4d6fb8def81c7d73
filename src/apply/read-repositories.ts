import { inParallel } from '../domain/in-parallel.ts'
import type { RepositoryRole } from '../domain/repository-roles.ts'
import { repositoryAt } from './addresses.ts'
import { type ApiClient, AT_A_TIME } from './api-client.ts'
import type { Which } from './asked.ts'
import type { RepositoryState, Roles } from './organization-state.ts'

interface Listed {
  name: string
  description: string
  is_public: boolean
}

type PermissionPage = {
  permissions: Record<string, { role: RepositoryRole; name: string; is_robot?: boolean }>
  next_page?: string
}

/** A name that a repository may have and, being this, none has. Whoever may read it is told that there is none. */
const NOBODYS = 'quay-robots-asks-whether-it-may-read'

/** The names of all repositories that the token reads in an organization, and those that are asked for; undefined for none. */
export async function readRepositories(api: ApiClient, organization: string, which: Which) {
  if (which === undefined) return undefined
  // Lists leave out what a token may not read.
  if (which === 'all') await api.find(`${repositoryAt(organization, NOBODYS)}/permissions/user/`)
  const pages = await api.list<{ repositories: Listed[]; next_page?: string }>(
    `/api/v1/repository?namespace=${encodeURIComponent(organization)}`,
  )
  const listed = new Map(
    pages.flatMap((page) => page.repositories.map((one) => [one.name, one] as const)),
  )
  const wanted = which === 'all' ? [...listed.keys()] : which
  const read = await inParallel(wanted, AT_A_TIME, async (name) => [
    name,
    await readRepository(api, organization, name, listed.get(name)),
  ])
  const found = read.filter(([, repository]) => repository !== undefined)
  return {
    names: [...listed.keys()],
    read: Object.fromEntries(found) as Record<string, RepositoryState>,
  }
}

/** Undefined where there is none; who may not administer it, and would not, is refused here. */
async function readRepository(
  api: ApiClient,
  organization: string,
  name: string,
  listed: Listed | undefined,
): Promise<RepositoryState | undefined> {
  const permissions = `${repositoryAt(organization, name)}/permissions`
  if (!listed) {
    // Also where a list leaves out what is there.
    const found = await api.find<Listed>(`${permissions}/user/`)
    if (!found) return undefined
    const { body } = await api.get<Listed>(repositoryAt(organization, name))
    return readRepository(api, organization, name, body)
  }
  const [accounts, teams] = await Promise.all([
    api.list<PermissionPage>(`${permissions}/user/`),
    api.list<PermissionPage>(`${permissions}/team/`),
  ])
  const roles = accounts.flatMap((page) => Object.values(page.permissions))
  const isRobot = ({ is_robot }: { is_robot?: boolean }) => is_robot === true
  const shortName = (full: string) => full.slice(organization.length + 1)
  return {
    visibility: listed.is_public ? 'public' : 'private',
    description: listed.description,
    permissions: {
      users: rolesOf(roles.filter((one) => !isRobot(one))),
      robots: rolesOf(roles.filter(isRobot).map((one) => ({ ...one, name: shortName(one.name) }))),
      teams: rolesOf(teams.flatMap((page) => Object.values(page.permissions))),
    },
  }
}

const rolesOf = (grants: { name: string; role: RepositoryRole }[]): Roles =>
  Object.fromEntries(grants.map(({ name, role }) => [name, role]))
