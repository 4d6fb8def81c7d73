import { z } from 'zod'
import { formatDate } from '../domain/dates.ts'
import { PAGE_SIZE } from '../domain/page.ts'
import { type Metadata, metadataProblem } from '../domain/robot-metadata.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import type { ListedRobot } from '../services/robots/robot-lists.ts'
import type { Robot, ShownRobot } from '../services/robots/robots.ts'
import {
  DateText,
  detailsFlag,
  ownFlag,
  queryFlag,
  shortText,
  TeamReferenceSchema,
} from './common.ts'
import { GRANTS_EXAMPLE, GrantListSchema } from './grants.ts'
import { limitParam, listOf, NextPageSchema, PageQuerySchema } from './paging.ts'
import { presentDetails, ROBOT_DETAILS, ROBOT_DETAILS_EXAMPLE } from './robot-details.ts'
import { ROBOT_SEARCH } from './robot-search.ts'

const TOKEN_EXAMPLE = 'QUAYROBOT0J2Z7C3K9M4N8P5Q6R1S0T2U7V3W9X4Y8Z5A6B1C0D2E7F3G9H4J1KZ1'

const TOKEN_RULE =
  'Not where the policy says `secret_visibility: once`: then only what makes a token shows it; nor where it says ' +
  '`secrets_allowed: false`, or the robot was made without secret'

/** What comes first in every answer about a robot. */
const RobotBasics = z.object({
  name: z.string().describe('Full name, `owner+short name`'),
  created: DateText,
  last_accessed: DateText.nullable().describe('Last use of its credentials; null before the first'),
})

const RobotFields = RobotBasics.extend({ description: z.string() })

const MetadataSchema = z.record(z.string(), z.unknown())

export const GivenMetadataSchema = MetadataSchema.superRefine((metadata, context) => {
  const message = metadataProblem(metadata)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

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

const DetailedRobotSchema = RobotFields.extend({
  token: z.string(),
  unstructured_metadata: MetadataSchema.nullable().describe(
    'As given on creation; `{}` where none was, and null in the answer to a creation without',
  ),
})

export const CreatedRobotSchema = DetailedRobotSchema.extend({
  token: z.string().optional().describe('Absent where the robot was made without secret'),
}).meta({
  id: 'Robot',
  example: { ...EXAMPLE, token: TOKEN_EXAMPLE, unstructured_metadata: { env: 'prod' } },
})

const optionalDetails = z.object(ROBOT_DETAILS).partial().shape

export const ShownRobotSchema = DetailedRobotSchema.extend({
  token: z.string().optional().describe(TOKEN_RULE),
  ...optionalDetails,
}).meta({
  id: 'ShownRobot',
  description: 'What is optional besides `token` comes with `details`',
  example: {
    ...EXAMPLE,
    token: TOKEN_EXAMPLE,
    unstructured_metadata: { env: 'prod' },
    ...ROBOT_DETAILS_EXAMPLE,
  },
})

export const RobotQuerySchema = z.object({
  details: detailsFlag(
    'Whether the answer has its state, labels, last use, and numbers of what it has.',
  ),
  token: ownFlag(true, 'If false, the robot’s token is not returned.'),
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
    token: z
      .string()
      .optional()
      .describe(`Only for administrators, unless \`token\` is false. ${TOKEN_RULE}`),
    ...optionalDetails,
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
    description: shortText(TEXT_LENGTHS.robotDescription)
      .optional()
      .describe('Optional text description for the robot'),
    unstructured_metadata: GivenMetadataSchema.optional().describe(
      'Optional unstructured metadata for the robot',
    ),
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
  details: detailsFlag(
    'Whether to include, for administrators, states, labels, last uses, and numbers of what the robots have.',
  ),
  next_page: PageQuerySchema.shape.next_page.describe(
    'Where to go on: the `next_page` of an answer that `limit` cut.',
  ),
  ...ROBOT_SEARCH,
})

/** Of all robots of the installation. */
export const AllRobotsQuerySchema = PageQuerySchema.extend({
  limit: limitParam({
    form: INTEGER,
    least: 1,
    most: PAGE_SIZE.usual,
    absent: PAGE_SIZE.accounts,
    description: `How many to list; more than ${PAGE_SIZE.usual} counts as ${PAGE_SIZE.usual}`,
  }),
  details: RobotListQuerySchema.shape.details,
  ...ROBOT_SEARCH,
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

export const presentCreatedRobot = (robot: Robot & { unstructuredMetadata: Metadata | null }) => ({
  ...presentBasics(robot),
  description: robot.description,
  ...(robot.token !== undefined && { token: robot.token }),
  unstructured_metadata: robot.unstructuredMetadata,
})

export function presentShownRobot(robot: ShownRobot) {
  const shown = {
    ...presentBasics(robot),
    description: robot.description,
    token: robot.token,
    unstructured_metadata: robot.unstructuredMetadata ?? {},
  }
  return robot.details ? { ...shown, ...presentDetails(robot.details) } : shown
}

/** Spreads nothing without details: it is done for each of many robots. */
export function presentListedRobot(robot: ListedRobot) {
  const shown = {
    name: robot.name,
    created: formatDate(robot.createdAt),
    last_accessed: robot.lastAccessedAt && formatDate(robot.lastAccessedAt),
    teams: robot.teams,
    repositories: robot.repositories,
    description: robot.description,
    token: robot.token,
  }
  return robot.details ? { ...shown, ...presentDetails(robot.details) } : shown
}

/** A robot of anybody, without its token. */
export const presentRobotOfAll = (robot: Robot) => ({
  ...presentBasics(robot),
  description: robot.description,
  ...(robot.details && presentDetails(robot.details)),
})
