import { z } from 'zod'
import { assertFederationConfig } from '../domain/federation-entry.ts'
import { MOST } from '../domain/fixed-limits.ts'
import { isName, parseRobotFullName } from '../domain/names.ts'
import { ORGANIZATION_ROLES } from '../domain/organization-roles.ts'
import { REPOSITORY_ROLES } from '../domain/repository-roles.ts'
import { MAX_LABEL, MAX_LABELS } from '../domain/robot-labels.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import { countedRecord, list } from '../schemas/bounded.ts'
import { givenTime, shortText } from '../schemas/common.ts'
import { ENTRY, entryObject } from '../schemas/federation.ts'
import { NewIssuerRecordSchema } from '../schemas/issuer-record.ts'
import { ChangeOrganizationSchema } from '../schemas/organization.ts'
import { GivenMetadataSchema } from '../schemas/robot.ts'
import { LABEL_KEY_RULE, LabelKeySchema, line } from '../schemas/robot-change.ts'
import { RobotPolicySchema } from '../schemas/robot-policy.ts'
import { strictObject } from '../schemas/strict-object.ts'
import { NAME_RULE, nameProblems } from './document-names.ts'

// An organization as a document of a file: what is left out is not looked at. Wire shapes of the API stand as they are.

const NameSchema = z.string().refine(isName, NAME_RULE)

const AccountSchema = z
  .string()
  .refine(
    (name) => isName(name) || parseRobotFullName(name) !== undefined,
    'must be a user, or a robot as organization+name',
  )

/** Things by their names. `web:` with nothing behind it is one of which only the name is said. */
const named = <Thing extends z.ZodType>(thing: Thing, description: string) =>
  z
    .record(
      z.string(),
      thing.nullable().transform((said) => said ?? ({} as z.output<Thing>)),
    )
    .optional()
    .describe(description)

const rolesOf = (grantees: string) =>
  z.record(z.string(), z.enum(REPOSITORY_ROLES)).optional().describe(`Roles of ${grantees}`)

const TeamSchema = strictObject({
  role: z
    .enum(ORGANIZATION_ROLES)
    .optional()
    .describe('What members may do in the organization; `member` where a new team says nothing'),
  description: shortText(TEXT_LENGTHS.teamDescription).optional(),
  members: z
    .array(AccountSchema)
    .optional()
    .describe('Users, and robots of the organization by their full names'),
})

const RepositorySchema = strictObject({
  visibility: z
    .enum(['public', 'private'])
    .optional()
    .describe('`private` where a new repository says nothing'),
  description: shortText(TEXT_LENGTHS.repositoryDescription).optional(),
  permissions: strictObject({
    users: rolesOf('users'),
    robots: rolesOf('robots of the organization, by their short names'),
    teams: rolesOf('teams'),
  }).optional(),
})

const FederationSchema = list(entryObject(ENTRY))
  .max(MOST.federationEntries)
  .superRefine((entries, context) => {
    try {
      assertFederationConfig(entries)
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message })
    }
  })
  .describe('Which jobs act as the robot, as in the API: docs/federation.md')

const RobotSchema = strictObject({
  description: shortText(TEXT_LENGTHS.robotDescription).optional(),
  labels: countedRecord(LabelKeySchema, line(MAX_LABEL), MAX_LABELS, ({ code }) =>
    code === 'invalid_key' ? LABEL_KEY_RULE : undefined,
  ).optional(),
  unstructured_metadata: GivenMetadataSchema.optional(),
  expires_at: givenTime.nullable().optional().describe('null: never'),
  enabled: z.boolean().optional(),
  disabled_reason: line(TEXT_LENGTHS.disabledReason)
    .optional()
    .describe('With `enabled: false`: why, for whoever is refused'),
  secret: z
    .boolean()
    .optional()
    .describe('Of a new robot; false: it gets no secret, its jobs log in by federation'),
  federation: FederationSchema.optional(),
}).refine(
  ({ enabled, disabled_reason }) => enabled === false || disabled_reason === undefined,
  'disabled_reason says why a robot is disabled: write enabled: false with it',
)

const DefaultPermissionSchema = strictObject({
  user: NameSchema.optional(),
  robot: NameSchema.optional().describe('Short name'),
  team: NameSchema.optional(),
  role: z.enum(REPOSITORY_ROLES),
  created_by: NameSchema.optional().describe(
    'Only in repositories that this user makes; left out: in everybody’s',
  ),
}).refine(
  ({ user, robot, team }) => [user, robot, team].filter(Boolean).length === 1,
  'must name a user, a robot or a team',
)

const settings = ChangeOrganizationSchema.shape

export const OrganizationDocumentSchema = strictObject({
  organization: NameSchema.describe('Its name'),
  ...settings,
  policy: RobotPolicySchema.optional(),
  issuers: z
    .record(z.string(), NewIssuerRecordSchema)
    .optional()
    .describe('Issuers whose keys the organization keeps, by name'),
  teams: named(TeamSchema, 'By name'),
  robots: named(RobotSchema, 'By short name'),
  repositories: named(RepositorySchema, 'By name, without that of the organization'),
  default_permissions: z
    .array(DefaultPermissionSchema)
    .max(MOST.defaultPermissions)
    .optional()
    .describe('Roles in each new repository'),
}).superRefine((document, context) => {
  for (const [path, message] of nameProblems(document)) {
    context.addIssue({ code: 'custom', path, message })
  }
})

export type OrganizationDocument = z.output<typeof OrganizationDocumentSchema>
export type TeamDocument = z.output<typeof TeamSchema>
export type RepositoryDocument = z.output<typeof RepositorySchema>
export type RobotDocument = z.output<typeof RobotSchema>
export type DefaultPermissionDocument = z.output<typeof DefaultPermissionSchema>
export type EntryDocument = z.output<typeof FederationSchema>[number]
export type IssuerDocument = z.output<typeof NewIssuerRecordSchema>

/** JSON Schema (draft 7, which editors know best) of a document. */
export const organizationJsonSchema = () => ({
  title: 'An organization of quay-robots, for `quay-robots apply`',
  ...z.toJSONSchema(OrganizationDocumentSchema, { io: 'input', target: 'draft-7' }),
})
