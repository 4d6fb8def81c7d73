import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import type {
  AccountPermission,
  TeamPermission,
} from '../services/repositories/repository-permissions.ts'
import { AvatarSchema } from './common.ts'
import { RepositoryRoleSchema } from './grants.ts'
import { AT_MOST, listOf } from './paging.ts'

export const RoleSchema = z
  .object({ role: RepositoryRoleSchema })
  .meta({ id: 'RepositoryRole', example: { role: 'write' } })

export const AccountPermissionSchema = z
  .object({
    role: RepositoryRoleSchema,
    name: z.string().describe('Of a robot, the full name'),
    is_robot: z.boolean(),
    avatar: AvatarSchema,
    is_org_member: z.boolean().optional().describe('Only in organizations; robots always are'),
  })
  .meta({
    id: 'RepositoryAccountPermission',
    example: {
      role: 'write',
      name: 'acme+deployer',
      is_robot: true,
      avatar: avatar('acme+deployer', 'robot'),
      is_org_member: true,
    },
  })

export const TeamPermissionSchema = z
  .object({ role: RepositoryRoleSchema, name: z.string(), avatar: AvatarSchema })
  .meta({
    id: 'RepositoryTeamPermission',
    example: { role: 'read', name: 'devs', avatar: avatar('devs', 'team') },
  })

export const AccountPermissionsSchema = listOf({
  permissions: z.record(z.string(), AccountPermissionSchema),
}).meta({
  id: 'RepositoryAccountPermissions',
  description: `By name; ${AT_MOST}`,
  example: {
    permissions: {
      'acme+deployer': {
        role: 'write',
        name: 'acme+deployer',
        is_robot: true,
        avatar: avatar('acme+deployer', 'robot'),
        is_org_member: true,
      },
    },
  },
})

export const TeamPermissionsSchema = listOf({
  permissions: z.record(z.string(), TeamPermissionSchema),
}).meta({
  id: 'RepositoryTeamPermissions',
  description: `By name; ${AT_MOST}`,
  example: {
    permissions: { devs: { role: 'read', name: 'devs', avatar: avatar('devs', 'team') } },
  },
})

export const RolesSchema = z
  .object({ permissions: z.array(RoleSchema) })
  .meta({ id: 'RepositoryRoles', example: { permissions: [{ role: 'read' }, { role: 'write' }] } })

export const presentAccountPermission = (
  permission: AccountPermission,
): z.output<typeof AccountPermissionSchema> => ({
  role: permission.role,
  name: permission.name,
  is_robot: permission.isRobot,
  avatar: avatar(permission.name, permission.isRobot ? 'robot' : 'user'),
  ...(permission.isMember !== null && { is_org_member: permission.isMember }),
})

export const presentTeamPermission = ({
  name,
  role,
}: TeamPermission): z.output<typeof TeamPermissionSchema> => ({
  role,
  name,
  avatar: avatar(name, 'team'),
})
