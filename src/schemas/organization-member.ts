import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import { mapItems } from '../domain/json-pieces.ts'
import type { OrganizationMember } from '../services/accounts/organization-members.ts'
import { AvatarSchema, TeamReferenceSchema } from './common.ts'
import { AT_MOST, listOf } from './paging.ts'

const MemberFields = z.object({
  name: z.string(),
  kind: z.enum(['user', 'robot']),
  avatar: AvatarSchema,
  teams: z.array(TeamReferenceSchema),
  repositories: z
    .array(z.string())
    .describe('Names without namespace, granted to the member itself'),
})

const EXAMPLE = {
  name: 'carol',
  kind: 'user' as const,
  avatar: avatar('carol', 'user'),
  teams: [{ name: 'devs', avatar: avatar('devs', 'team') }],
  repositories: ['web'],
}

export const OrganizationMemberSchema = MemberFields.meta({
  id: 'OrganizationMember',
  example: EXAMPLE,
})

export const OrganizationMembersSchema = listOf({
  members: z.array(OrganizationMemberSchema).describe(`Users by name, without robots; ${AT_MOST}`),
}).meta({ id: 'OrganizationMembers', example: { members: [EXAMPLE] } })

const CollaboratorSchema = MemberFields.pick({ name: true, avatar: true, repositories: true })
  .extend({ kind: z.literal('user') })
  .meta({ id: 'OrganizationCollaborator' })

export const CollaboratorsSchema = listOf({
  collaborators: z.array(CollaboratorSchema).describe(`Users by name; ${AT_MOST}`),
}).meta({
  id: 'OrganizationCollaborators',
  example: {
    collaborators: [{ name: 'carol', kind: 'user', avatar: EXAMPLE.avatar, repositories: ['web'] }],
  },
})

/** The avatar of a user or a robot. */
export const presentSubjectAvatar = ({ name, isRobot }: { name: string; isRobot: boolean }) =>
  avatar(name, isRobot ? 'robot' : 'user')

export const presentMember = (member: OrganizationMember) => ({
  name: member.name,
  kind: member.isRobot ? ('robot' as const) : ('user' as const),
  avatar: presentSubjectAvatar(member),
  teams: mapItems(member.teams, (name) => ({ name, avatar: avatar(name, 'team') })),
  repositories: member.repositories,
})

export const presentCollaborator = (member: OrganizationMember) => ({
  name: member.name,
  avatar: presentSubjectAvatar(member),
  repositories: member.repositories,
  kind: 'user' as const,
})
