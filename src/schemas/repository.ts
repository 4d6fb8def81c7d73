import { z } from 'zod'
import { reaches } from '../domain/repository-roles.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import type {
  DescribedRepository,
  ListedRepository,
} from '../services/repositories/repositories.ts'
import { queryFlag, queryText, searchText, shortText, text } from './common.ts'
import { listOf, nameSort, PageQuerySchema } from './paging.ts'

export const RepositoryParamsSchema = z.object({
  repository: z.string().describe('The full path of the repository. e.g. namespace/name'),
})

const VisibilitySchema = z.enum(['public', 'private'])
const DescriptionSchema = shortText(TEXT_LENGTHS.repositoryDescription).describe('Markdown')

export const CreateRepositorySchema = z
  .object({
    repository: text().describe('Repository name, which may be nested: `team/app`'),
    visibility: VisibilitySchema,
    namespace: text().optional().describe('The user name of the caller, if omitted'),
    description: DescriptionSchema,
    repo_kind: z.enum(['image']).nullish(),
  })
  .meta({
    id: 'NewRepository',
    example: { namespace: 'acme', repository: 'web', visibility: 'private', description: '' },
  })

export const CreatedRepositorySchema = z
  .object({ namespace: z.string(), name: z.string(), kind: z.literal('image') })
  .meta({ id: 'CreatedRepository', example: { namespace: 'acme', name: 'web', kind: 'image' } })

export const UpdateRepositorySchema = z
  .object({ description: DescriptionSchema })
  .meta({ id: 'RepositoryUpdate', example: { description: 'The **web** front end' } })

export const ChangeVisibilitySchema = z
  .object({ visibility: VisibilitySchema })
  .meta({ id: 'VisibilityChange', example: { visibility: 'public' } })

export const SuccessSchema = z
  .object({ success: z.literal(true) })
  .meta({ id: 'Success', example: { success: true } })

const RepositoryFields = z.object({
  namespace: z.string(),
  name: z.string().describe('Without the namespace'),
  kind: z.literal('image'),
  description: z.string(),
  is_public: z.boolean(),
  state: z.literal('NORMAL'),
})

const EXAMPLE = {
  namespace: 'acme',
  name: 'web',
  kind: 'image' as const,
  description: '',
  is_public: false,
  state: 'NORMAL' as const,
}

export const RepositorySchema = RepositoryFields.extend({
  is_organization: z.boolean().describe('Whether an organization owns it'),
  is_starred: z.boolean(),
  status_token: z.string().nullable(),
  trust_enabled: z.boolean(),
  tag_expiration_s: z.int(),
  is_free_account: z.boolean(),
  tags: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Always empty: the service knows no images. Left out with `includeTags=false`'),
  can_write: z.boolean(),
  can_admin: z.boolean(),
}).meta({
  id: 'Repository',
  example: {
    ...EXAMPLE,
    is_organization: true,
    is_starred: false,
    status_token: null,
    trust_enabled: false,
    tag_expiration_s: 1_209_600,
    is_free_account: true,
    tags: {},
    can_write: true,
    can_admin: true,
  },
})

export const RepositoryQuerySchema = z.object({
  includeTags: queryFlag(true, 'Whether to include repository tags'),
})

const ListedRepositorySchema = RepositoryFields.extend({
  is_starred: z.boolean().optional().describe('For users'),
  last_modified: z.int().nullable().optional().describe('Only with `last_modified`'),
  popularity: z.number().optional().describe('Only with `popularity`'),
}).meta({ id: 'ListedRepository' })

export const RepositoryListSchema = listOf({
  repositories: z.array(ListedRepositorySchema),
}).meta({ id: 'RepositoryList', example: { repositories: [{ ...EXAMPLE, is_starred: false }] } })

export const RepositoryListQuerySchema = z.object({
  namespace: queryText.meta({
    type: 'string',
    description: 'Filters the repositories returned to this namespace',
  }),
  q: searchText('With `namespace`: only repositories that have this in their names.'),
  sort: nameSort.meta({
    description:
      'With `namespace`: by name, or from the last name to the first. `next_page` is good for the same sort only. The ' +
      'default is `name`.',
  }),
  starred: queryFlag(false, 'Filters the repositories returned to those starred by the user'),
  public: queryFlag(false, 'Adds any repositories visible to the user by virtue of being public'),
  last_modified: queryFlag(false, 'Whether to include when the repository was last modified.'),
  popularity: queryFlag(false, "Whether to include the repository's popularity metric."),
  repo_kind: queryText.meta({
    type: 'string',
    default: 'image',
    description: 'The kind of repositories to return; there are only images.',
  }),
  ...PageQuerySchema.shape,
})
export type RepositoryListQuery = z.output<typeof RepositoryListQuerySchema>

export const presentRepository = (
  repository: DescribedRepository,
  { includeTags }: z.output<typeof RepositoryQuerySchema>,
): z.output<typeof RepositorySchema> => ({
  namespace: repository.namespace.name,
  name: repository.name,
  kind: 'image',
  description: repository.description,
  is_public: repository.isPublic,
  state: 'NORMAL',
  is_organization: repository.isOrganization,
  is_starred: false,
  status_token: null,
  trust_enabled: false,
  tag_expiration_s: repository.tagExpirationS,
  is_free_account: true,
  ...(includeTags && { tags: {} }),
  can_write: reaches(repository.role, 'write'),
  can_admin: reaches(repository.role, 'admin'),
})

/** @param isUser whether a user asks: only then the answer says whether it is starred */
export const presentListedRepository = (
  repository: ListedRepository,
  query: RepositoryListQuery,
  isUser: boolean,
) => ({
  namespace: repository.namespace,
  name: repository.name,
  kind: 'image' as const,
  description: repository.description,
  is_public: repository.isPublic,
  state: 'NORMAL' as const,
  ...(isUser && { is_starred: false }),
  ...(query.last_modified && { last_modified: null }),
  ...(query.popularity && { popularity: 0 }),
})
