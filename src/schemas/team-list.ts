import { z } from 'zod'
import { PAGE_SIZE } from '../domain/page.ts'
import { LISTED_DESCRIPTION } from '../domain/text-lengths.ts'
import type { ListedTeam } from '../services/accounts/team-lists.ts'
import { OrganizationRoleSchema, searchText } from './common.ts'
import { limitParam, listOf, nameSort, PageQuerySchema } from './paging.ts'

export const TeamListQuerySchema = PageQuerySchema.extend({
  q: searchText('Only teams that have this in their names.'),
  sort: nameSort,
  limit: limitParam({
    form: /^\d+$/,
    least: 1,
    most: PAGE_SIZE.usual,
    absent: PAGE_SIZE.accounts,
    description: `How many to list; more than ${PAGE_SIZE.usual} counts as ${PAGE_SIZE.usual}`,
  }),
})

const EXAMPLE = {
  name: 'devs',
  description: 'people',
  role: 'member',
  is_member: true,
  member_count: 4,
  repo_count: 2,
} as const

export const ListedTeamSchema = z
  .object({
    name: z.string(),
    description: z.string().describe(`In lists its first ${LISTED_DESCRIPTION} characters`),
    role: OrganizationRoleSchema,
    is_member: z.boolean().describe('Whether the caller is in it'),
    member_count: z.int(),
    repo_count: z.int().describe('In how many repositories it was given a role'),
  })
  .meta({ id: 'ListedTeam', example: EXAMPLE })

export const TeamListSchema = listOf({
  teams: z.array(ListedTeamSchema).describe('By name, unless asked otherwise'),
}).meta({
  id: 'TeamList',
  example: { teams: [EXAMPLE] },
})

export const presentListedTeam = (team: ListedTeam) => ({
  name: team.name,
  description: team.description,
  role: team.role,
  is_member: team.isMember,
  member_count: team.members,
  repo_count: team.repositories,
})
