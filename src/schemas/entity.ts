import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import type { Entity } from '../services/accounts/entities.ts'
import { AvatarSchema, queryFlag, queryText } from './common.ts'

export const EntityQuerySchema = z.object({
  namespace: queryText.meta({
    type: 'string',
    description: 'Namespace to use when querying for org entities.',
  }),
  includeTeams: queryFlag(false, 'Whether to include team names.'),
  includeOrgs: queryFlag(false, 'Whether to include orgs names.'),
})

const EntitySchema = z
  .object({
    name: z.string().describe('Of a robot the full one'),
    kind: z.enum(['user', 'team', 'org']).describe('Robots are of the kind `user`'),
    is_robot: z.boolean().optional().describe('Of users and robots'),
    is_org_member: z
      .boolean()
      .optional()
      .describe('Where `namespace` is an organization that the caller belongs to'),
    avatar: AvatarSchema,
  })
  .meta({ id: 'Entity' })

export const EntityListSchema = z.object({ results: z.array(EntitySchema) }).meta({
  id: 'Entities',
  example: {
    results: [{ name: 'alice', kind: 'user', is_robot: false, avatar: avatar('alice', 'user') }],
  },
})

export const presentEntity = ({ kind, name, isMember }: Entity) => ({
  name,
  kind: kind === 'robot' ? ('user' as const) : kind,
  is_robot: kind === 'user' || kind === 'robot' ? kind === 'robot' : undefined,
  is_org_member: isMember,
  avatar: avatar(name, kind),
})

export const PublicUserSchema = z
  .object({ anonymous: z.literal(false), username: z.string(), avatar: AvatarSchema })
  .meta({
    id: 'PublicUser',
    example: { anonymous: false, username: 'alice', avatar: avatar('alice', 'user') },
  })

export const presentPublicUser = ({ name }: { name: string }) => ({
  anonymous: false as const,
  username: name,
  avatar: avatar(name, 'user'),
})
