import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import type { DefaultPermission } from '../services/repositories/default-permissions.ts'
import { AvatarSchema, text } from './common.ts'
import { RepositoryRoleSchema } from './grants.ts'
import { AT_MOST, listOf } from './paging.ts'

const NewDelegateSchema = z
  .object({
    kind: z.enum(['user', 'team']).describe('Robots are of kind `user`'),
    name: text().describe('Of a robot, the full name'),
  })
  .meta({ id: 'NewDelegate' })

const ActivatingUserSchema = z.object({ name: text() }).meta({ id: 'NewActivatingUser' })

export const CreateDefaultPermissionSchema = z
  .object({
    role: RepositoryRoleSchema,
    delegate: NewDelegateSchema,
    activating_user: ActivatingUserSchema.optional().describe(
      'Only repositories that this user creates; if omitted, those of everybody',
    ),
  })
  .meta({
    id: 'NewDefaultPermission',
    example: { role: 'write', delegate: { kind: 'user', name: 'acme+deployer' } },
  })

const AccountSchema = z
  .object({
    name: z.string(),
    is_robot: z.boolean(),
    kind: z.literal('user'),
    is_org_member: z.boolean(),
    avatar: AvatarSchema,
  })
  .meta({ id: 'DelegateAccount' })

const TeamSchema = z
  .object({ name: z.string(), kind: z.literal('team'), avatar: AvatarSchema })
  .meta({ id: 'DelegateTeam' })

const EXAMPLE = {
  activating_user: null,
  delegate: {
    name: 'acme+deployer',
    is_robot: true,
    kind: 'user' as const,
    is_org_member: true,
    avatar: avatar('acme+deployer', 'robot'),
  },
  role: 'write' as const,
  id: '01900000-0000-7000-8000-000000000000',
}

export const DefaultPermissionSchema = z
  .object({
    activating_user: AccountSchema.nullable(),
    delegate: z.discriminatedUnion('kind', [AccountSchema, TeamSchema]),
    role: RepositoryRoleSchema,
    id: z.uuid(),
  })
  .meta({ id: 'DefaultPermission', example: EXAMPLE })

export const DefaultPermissionsSchema = listOf({
  prototypes: z.array(DefaultPermissionSchema),
}).meta({
  id: 'DefaultPermissions',
  description: `In the order of their creation; ${AT_MOST}`,
  example: { prototypes: [EXAMPLE] },
})

export const presentDefaultPermission = (
  permission: DefaultPermission,
): z.output<typeof DefaultPermissionSchema> => ({
  activating_user:
    permission.activatingUser === null
      ? null
      : presentUserGrantee(permission.activatingUser, permission.activatingIsMember),
  delegate: presentDelegate(permission),
  role: permission.role,
  id: permission.id,
})

function presentDelegate({ kind, name, isMember }: DefaultPermission) {
  if (kind === 'team') return { name, kind, avatar: avatar(name, kind) }
  if (kind === 'user') return presentUserGrantee(name, isMember)
  return {
    name,
    is_robot: true,
    kind: 'user' as const,
    is_org_member: true,
    avatar: avatar(name, 'robot'),
  }
}

const presentUserGrantee = (name: string, isMember: boolean) => ({
  name,
  is_robot: false,
  kind: 'user' as const,
  is_org_member: isMember,
  avatar: avatar(name, 'user'),
})
