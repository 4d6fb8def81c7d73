import { type Owner, shortNameOf } from '../api/owner.ts'
import { organizationYaml } from '../parts/organization-yaml.ts'
import type { Role } from './roles.ts'
import type { RoleKey } from './set-role.ts'

/** A role that somebody is to have. */
interface Wish {
  key: RoleKey
  role: Role | 'none'
}

const GRANTEES = { robot: 'robots', user: 'users', team: 'teams' } as const

/**
 * The file by which `quay-robots apply` gives roles; undefined where one is taken away, which a file says by leaving it out of all
 * that it lists.
 */
export function rolesYaml(owner: Owner, wishes: readonly Wish[]): string | undefined {
  if (wishes.some(({ role }) => role === 'none')) return undefined
  const repositories: Record<string, { permissions: Record<string, Record<string, string>> }> = {}
  for (const { key, role } of wishes) {
    const { permissions } = repositories[key.repository] ?? { permissions: {} }
    const grantees = GRANTEES[key.kind]
    const name = key.kind === 'robot' ? shortNameOf(key.holder) : key.holder
    permissions[grantees] = { ...permissions[grantees], [name]: role }
    repositories[key.repository] = { permissions }
  }
  return organizationYaml(owner, { repositories })
}
