import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import { PAGE_SIZE } from '../domain/page.ts'
import type { ListedOrganization } from '../services/accounts/organizations.ts'
import type { InstallUser } from '../services/accounts/superuser-users.ts'
import { AvatarSchema, queryFlag, searchText, text } from './common.ts'
import { limitParam, listOf, nameSort, PageQuerySchema } from './paging.ts'

export const AccountListQuerySchema = PageQuerySchema.extend({
  q: searchText('Only those that have this in their names.'),
  sort: nameSort,
  limit: limitParam({
    form: /^[1-9]\d*$/,
    least: 1,
    most: PAGE_SIZE.usual,
    absent: PAGE_SIZE.accounts,
    description: `How many to list; more than ${PAGE_SIZE.usual} counts as ${PAGE_SIZE.usual}`,
  }),
})

/** What it asks a service for. */
export const nameSearchOf = ({
  q: text = '',
  sort = 'name' as const,
  limit,
  next_page: nextPage,
}: z.output<typeof AccountListQuerySchema>) => ({ text, sort, limit, nextPage })

export const UserListQuerySchema = AccountListQuerySchema.extend({
  disabled: queryFlag(true, 'If false, only enabled users will be returned.'),
})

export const NewInstallUserSchema = z
  .object({ username: text(), email: text().optional() })
  .meta({ id: 'NewInstallUser', example: { username: 'bob', email: 'bob@example.com' } })

export const CreatedInstallUserSchema = z
  .object({
    username: z.string(),
    email: z.string().nullable(),
    password: z.string().describe('Shown this once'),
    encrypted_password: z.string().describe('Always empty: kept for clients that expect the key'),
  })
  .meta({
    id: 'CreatedInstallUser',
    example: {
      username: 'bob',
      email: 'bob@example.com',
      password: 'Q3ZK8M1T0XV5B7N2C9L4J6H8G1F3D5S7',
      encrypted_password: '',
    },
  })

export const UpdateInstallUserSchema = z
  .object({
    password: text().optional().describe('8 characters or more, no white space'),
    email: text().optional(),
    enabled: z
      .boolean()
      .optional()
      .describe('False: the user, and every robot and token of the user, can do nothing'),
  })
  .meta({ id: 'UpdateInstallUser', example: { enabled: false } })

const USER_EXAMPLE = {
  kind: 'user',
  name: 'bob',
  username: 'bob',
  email: 'bob@example.com',
  verified: true,
  avatar: avatar('bob', 'user', 'bob@example.com'),
  super_user: false,
  global_readonly_super_user: false,
  enabled: true,
}

export const InstallUserSchema = z
  .object({
    kind: z.literal('user'),
    name: z.string(),
    username: z.string(),
    email: z.string().nullable(),
    verified: z.boolean(),
    avatar: AvatarSchema,
    super_user: z.boolean(),
    global_readonly_super_user: z.boolean(),
    enabled: z.boolean(),
    encrypted_password: z.string().optional().describe('Empty; where a password was changed'),
  })
  .meta({ id: 'InstallUser', example: USER_EXAMPLE })

export const InstallUserListSchema = listOf({ users: z.array(InstallUserSchema) }).meta({
  id: 'InstallUserList',
  example: { users: [USER_EXAMPLE] },
})

const InstallOrganizationSchema = z
  .object({ name: z.string(), email: z.string(), avatar: AvatarSchema })
  .meta({ id: 'InstallOrganization' })

export const InstallOrganizationListSchema = listOf({
  organizations: z.array(InstallOrganizationSchema),
}).meta({
  id: 'InstallOrganizationList',
  example: {
    organizations: [{ name: 'acme', email: '', avatar: avatar('acme', 'org') }],
  },
})

export const presentInstallUser = (user: InstallUser): z.output<typeof InstallUserSchema> => ({
  kind: 'user',
  name: user.name,
  username: user.name,
  email: user.email,
  verified: true,
  avatar: avatar(user.name, 'user', user.email ?? user.name),
  super_user: user.superuser,
  global_readonly_super_user: false,
  enabled: user.enabled,
})

export const presentInstallOrganization = ({ name, email }: ListedOrganization) => ({
  name,
  email: email ?? '',
  avatar: avatar(name, 'org', email ?? name),
})
