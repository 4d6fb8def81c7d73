import { z } from 'zod'
import {
  type Access,
  HOLDER_KINDS,
  MOST_COLUMNS,
  MOST_SOURCES,
} from '../domain/effective-access.ts'
import { PAGE_SIZE } from '../domain/page.ts'
import { REPOSITORY_ROLES } from '../domain/repository-roles.ts'
import type { Holder } from '../services/repositories/effective-access.ts'
import { ownText, searchText, text } from './common.ts'
import { RepositoryRoleSchema } from './grants.ts'
import { limitParam, listOf, NextPageSchema, PageQuerySchema } from './paging.ts'

const AccessSourceSchema = z
  .object({
    role: RepositoryRoleSchema,
    from: z
      .enum(['direct', 'team', 'administrators'])
      .describe(
        'A role of its own, be it given by hand or by a default permission; that of a team; or administrators of the ' +
          'organization, who administer all its repositories',
      ),
    team: z.string().optional().describe('Absent for `direct`'),
  })
  .meta({ id: 'AccessSource' })

const RepositoryAccessSchema = z
  .object({
    repository: z.string().describe('Name without namespace'),
    is_public: z.boolean(),
    role: RepositoryRoleSchema.describe('The highest, which counts'),
    sources: z
      .array(AccessSourceSchema)
      .describe(`Why; the highest role first, at most ${MOST_SOURCES}`),
  })
  .meta({ id: 'RepositoryAccess' })

const EXAMPLE = {
  repository: 'web',
  is_public: false,
  role: 'write',
  sources: [
    { role: 'write', from: 'direct' },
    { role: 'read', from: 'team', team: 'devs' },
  ],
} as const

export const RobotAccessSchema = listOf({ access: z.array(RepositoryAccessSchema) }).meta({
  id: 'RobotAccess',
  example: { access: [EXAMPLE] },
})

export const AccessMatrixSchema = listOf({
  repositories: z
    .array(z.object({ name: z.string(), is_public: z.boolean() }).meta({ id: 'AccessColumn' }))
    .describe('By name, without namespace'),
  next_repositories: NextPageSchema,
  holders: z
    .array(
      z
        .object({
          kind: z.enum(HOLDER_KINDS),
          name: z.string().describe('Of a robot the full one'),
          access: z.array(RepositoryAccessSchema).describe('Of the repositories above'),
        })
        .meta({ id: 'AccessHolder' }),
    )
    .describe('Teams, then users, then robots; each by name'),
}).meta({
  id: 'AccessMatrix',
  example: {
    repositories: [{ name: 'web', is_public: false }],
    holders: [{ kind: 'robot', name: 'acme+ci', access: [EXAMPLE] }],
  },
})

const oneOf = <Value extends string>(values: readonly Value[], description: string) =>
  ownText
    .pipe(z.enum(values, { error: `must be ${values.join(', ')}` }).optional())
    .meta({ type: 'string', enum: [...values], description })

export const AccessQuerySchema = PageQuerySchema.extend({
  repository: z
    .union([text(), z.array(text())])
    .optional()
    .transform((given) => [given ?? []].flat())
    .refine((names) => names.length <= MOST_COLUMNS, `must be at most ${MOST_COLUMNS}`)
    .meta({
      type: 'array',
      items: { type: 'string' },
      description: 'Only these repositories, by their names without namespace.',
    }),
  repository_q: searchText('Only repositories with this in their names.'),
  next_repositories: ownText.meta({
    type: 'string',
    description:
      'Where to go on with the repositories: the `next_repositories` of the answer before.',
  }),
  q: searchText('Only who has this in the name.'),
  kind: oneOf(HOLDER_KINDS, 'Only teams, users or robots.'),
  role: oneOf(
    REPOSITORY_ROLES,
    'Only who has at least this role in one of the repositories of the answer.',
  ),
  limit: limitParam({
    form: /^\d+$/,
    least: 1,
    most: PAGE_SIZE.usual,
    absent: PAGE_SIZE.accounts,
    description: `How many holders to list; more than ${PAGE_SIZE.usual} counts as ${PAGE_SIZE.usual}`,
  }),
})

export const presentAccess = ({ repository, isPublic, role, sources }: Access) => ({
  repository,
  is_public: isPublic,
  role,
  sources,
})

export const presentHolder = ({ kind, name, access }: Holder) => ({
  kind,
  name,
  access: access.map(presentAccess),
})
