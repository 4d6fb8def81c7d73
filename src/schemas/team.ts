import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import type { TeamMember } from '../services/accounts/team-members.ts'
import type { PutTeam } from '../services/accounts/teams.ts'
import { AvatarSchema, OrganizationRoleSchema, queryFlag, shortText } from './common.ts'
import { GRANTS_EXAMPLE, GrantListSchema } from './grants.ts'
import { presentSubjectAvatar } from './organization-member.ts'
import { AT_MOST, listOf, WholeQuerySchema } from './paging.ts'

const RoleSchema = OrganizationRoleSchema.describe(
  'Org wide permissions that should apply to the team',
)

export const PutTeamSchema = z
  .object({
    role: RoleSchema,
    description: shortText(TEXT_LENGTHS.teamDescription)
      .optional()
      .describe('Markdown description for the team; left out, it stays as it is'),
  })
  .meta({ id: 'TeamDescription', example: { role: 'member', description: 'people' } })

export const PutTeamAnswerSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    can_view: z.boolean(),
    role: RoleSchema,
    avatar: AvatarSchema,
    new_team: z.boolean().describe('Whether it was created'),
  })
  .meta({
    id: 'Team',
    example: {
      name: 'devs',
      description: 'people',
      can_view: true,
      role: 'member',
      avatar: avatar('devs', 'team'),
      new_team: true,
    },
  })

/** Some clients send an object, some nothing. */
export const AddTeamMemberSchema = z
  .looseObject({})
  .describe('Nothing in it is looked at')
  .meta({ id: 'NewTeamMember', example: {} })

export const TeamMemberSchema = z
  .object({
    name: z.string().describe('Of robots the full name, `owner+short name`'),
    kind: z.literal('user').describe('Also for robots'),
    is_robot: z.boolean(),
    avatar: AvatarSchema,
    invited: z.boolean().describe('Always false: there are no invitations'),
  })
  .meta({
    id: 'TeamMember',
    example: {
      name: 'acme+deployer',
      kind: 'user',
      is_robot: true,
      avatar: avatar('acme+deployer', 'robot'),
      invited: false,
    },
  })

export const TeamMembersSchema = listOf({
  name: z.string(),
  members: z.array(TeamMemberSchema).describe(`By name; ${AT_MOST}`),
  can_edit: z.boolean(),
}).meta({ id: 'TeamMembers', example: { name: 'devs', members: [], can_edit: true } })

export const TeamMembersQuerySchema = WholeQuerySchema.extend({
  includePending: queryFlag(
    false,
    'Whether to include pending members. There are no invitations, so it makes no difference.',
  ),
})

export const TeamPermissionsSchema = listOf({
  permissions: GrantListSchema.describe(`By name of the repository; ${AT_MOST}`),
}).meta({ id: 'TeamPermissions', example: GRANTS_EXAMPLE })

export const presentTeam = (team: PutTeam): z.output<typeof PutTeamAnswerSchema> => ({
  name: team.name,
  description: team.description,
  can_view: true,
  role: team.role,
  avatar: avatar(team.name, 'team'),
  new_team: team.isNew,
})

export const presentTeamMember = (member: TeamMember): z.output<typeof TeamMemberSchema> => ({
  name: member.name,
  kind: 'user',
  is_robot: member.isRobot,
  avatar: presentSubjectAvatar(member),
  invited: false,
})
