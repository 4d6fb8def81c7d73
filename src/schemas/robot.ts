import { z } from 'zod'
import { formatDate } from '../domain/dates.ts'
import type { ListedRobot } from '../services/robots/robot-lists.ts'
import type { Metadata, Robot } from '../services/robots/robots.ts'
import { DateText, isStorableJson, queryFlag, shortText, TeamReferenceSchema } from './common.ts'
import { GRANTS_EXAMPLE, GrantListSchema } from './grants.ts'
import { limitParam, listOf, NextPageSchema, PageQuerySchema } from './paging.ts'

const MAX_DESCRIPTION = 255
/** Largest metadata of a robot (bytes of JSON), so that limits of robots bound the size of the database. */
const MAX_METADATA = 65_536

const TOKEN_EXAMPLE = 'QUAYROBOT0J2Z7C3K9M4N8P5Q6R1S0T2U7V3W9X4Y8Z5A6B1C0D2E7F3G9H4J1KZ1'

/** What comes first in every answer about a robot. */
const RobotBasics = z.object({
  name: z.string().describe('Full name, `owner+short name`'),
  created: DateText,
  last_accessed: DateText.nullable().describe('Last use of its credentials; null before the first'),
})

const RobotFields = RobotBasics.extend({ description: z.string() })

const MetadataSchema = z.record(z.string(), z.unknown())

const EXAMPLE = {
  name: 'acme+deployer',
  created: 'Mon, 23 Nov 2026 13:56:36 -0000',
  last_accessed: null,
  description: 'rolls out',
}

export const RobotSchema = RobotFields.extend({ token: z.string() }).meta({
  id: 'RobotWithToken',
  example: { ...EXAMPLE, token: TOKEN_EXAMPLE },
})

export const DetailedRobotSchema = RobotFields.extend({
  token: z.string(),
  unstructured_metadata: MetadataSchema.nullable().describe(
    'As given on creation; `{}` where none was, and null in the answer to a creation without',
  ),
}).meta({
  id: 'Robot',
  example: { ...EXAMPLE, token: TOKEN_EXAMPLE, unstructured_metadata: { env: 'prod' } },
})

const ListedRobotSchema = z
  .object({
    ...RobotBasics.shape,
    teams: z
      .array(TeamReferenceSchema)
      .optional()
      .describe('Only with `permissions`, for administrators'),
    repositories: z
      .array(z.string())
      .optional()
      .describe('Names without namespace, granted to the robot itself; as `teams`'),
    description: z.string(),
    token: z.string().optional().describe('Only for administrators, unless `token` is false'),
  })
  .meta({ id: 'ListedRobot' })

export const RobotListSchema = listOf({ robots: z.array(ListedRobotSchema) })
  .extend({ next_page: NextPageSchema.describe('Set where `limit` cut the answer') })
  .meta({ id: 'RobotList', example: { robots: [{ ...EXAMPLE, token: TOKEN_EXAMPLE }] } })

export const RobotPermissionsSchema = z
  .object({ permissions: GrantListSchema })
  .meta({ id: 'RobotPermissions', example: GRANTS_EXAMPLE })

export const CreateRobotSchema = z
  .object({
    description: shortText(MAX_DESCRIPTION)
      .optional()
      .describe('Optional text description for the robot'),
    unstructured_metadata: MetadataSchema.refine((metadata) => isStorableJson(metadata), {
      error: 'must hold well-formed text, no integers beyond 2^53 and at most 100 levels',
      abort: true,
    })
      .refine(
        (metadata) => Buffer.byteLength(JSON.stringify(metadata)) <= MAX_METADATA,
        `must have at most ${MAX_METADATA} bytes as JSON`,
      )
      .optional()
      .describe('Optional unstructured metadata for the robot'),
  })
  .meta({ id: 'NewRobot', example: { description: 'rolls out' } })

/** Quay takes what Python's `int()` takes: a sign, spaces around, underscores between digits. */
const INTEGER = /^\s*[+-]?\d+(?:_\d+)*\s*$/

export const RobotListQuerySchema = z.object({
  limit: limitParam({
    form: INTEGER,
    least: 0,
    most: Number.POSITIVE_INFINITY,
    absent: undefined,
    description: 'If specified, the number of robots to return.',
  }),
  token: queryFlag(true, 'If false, the robot’s token is not returned.'),
  permissions: queryFlag(
    false,
    'Whether to include repositories and teams in which the robots have permission.',
  ),
  next_page: PageQuerySchema.shape.next_page.describe(
    'Where to go on: the `next_page` of an answer that `limit` cut.',
  ),
})

const presentBasics = (robot: Robot) => ({
  name: robot.name,
  created: formatDate(robot.createdAt),
  last_accessed: robot.lastAccessedAt && formatDate(robot.lastAccessedAt),
})

export const presentRobot = (robot: Robot & { token: string }) => ({
  ...presentBasics(robot),
  description: robot.description,
  token: robot.token,
})

export const presentDetailedRobot = (
  robot: Robot & { token: string; unstructuredMetadata: Metadata | null },
) => ({ ...presentRobot(robot), unstructured_metadata: robot.unstructuredMetadata })

export const presentListedRobot = (robot: ListedRobot) => ({
  ...presentBasics(robot),
  teams: robot.teams,
  repositories: robot.repositories,
  description: robot.description,
  token: robot.token,
})
