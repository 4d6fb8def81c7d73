import { z } from 'zod'
import { type Grant, REPOSITORY_ROLES } from '../domain/repository-roles.ts'

export const RepositoryRoleSchema = z.enum(REPOSITORY_ROLES)

const GrantedRepositorySchema = z
  .object({ name: z.string(), is_public: z.boolean() })
  .meta({ id: 'GrantedRepository' })

/** Roles in repositories of one namespace, which the entries do not repeat. */
export const GrantListSchema = z.array(
  z
    .object({ repository: GrantedRepositorySchema, role: RepositoryRoleSchema })
    .meta({ id: 'RepositoryGrant' }),
)

export const GRANTS_EXAMPLE = {
  permissions: [{ repository: { name: 'web', is_public: false }, role: 'write' }],
}

export const presentGrant = ({ repository, isPublic, role }: Grant) => ({
  repository: { name: repository, is_public: isPublic },
  role,
})
