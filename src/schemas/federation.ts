import { z } from 'zod'
import type { PostedEntry } from '../domain/entry-versions.ts'
import { postedEntry, type StoredEntry } from '../domain/federation-entry.ts'
import { MOST } from '../domain/fixed-limits.ts'
import { isStorableJson } from '../domain/storable-json.ts'
import { countedRecord, list } from './bounded.ts'
import { shortText } from './common.ts'
import { strictObject } from './strict-object.ts'

const MAX_LENGTH = 2048

export const requiredText = () =>
  shortText(MAX_LENGTH).refine((text) => text !== '', 'must not be empty')

const CLAIM_VALUES = [
  requiredText(),
  z.number().refine(isStorableJson, 'loses digits'),
  z.boolean(),
] as const

const ClaimValueSchema = z.union(CLAIM_VALUES, { error: 'must be a text, a number or a boolean' })

/** Of a claim. */
export const ConditionSchema = z
  .union(
    [
      ...CLAIM_VALUES,
      list(ClaimValueSchema).min(1).max(50),
      strictObject({ glob: requiredText() }).meta({ id: 'ClaimGlob' }),
    ],
    { error: 'must be a value, a list of values, or {"glob": "pattern"}' },
  )
  .meta({ id: 'ClaimCondition' })

export const MAX_CLAIMS = 20

/** What claims must be. */
export const ClaimsSchema = countedRecord(requiredText(), ConditionSchema, MAX_CLAIMS).refine(
  (claims) => Object.keys(claims).length > 0,
  'must name a claim',
)

/** A year; an issuer's tokens live minutes, or hours. */
const MAX_AGE = 31_536_000

/** The keys of an entry. */
export const ENTRY = {
  issuer: shortText(MAX_LENGTH).describe('Issuer of the identity tokens, an http(s) URL'),
  issuer_ref: requiredText()
    .optional()
    .describe('Name of the issuer record that has the keys, where the issuer publishes none'),
  subject: shortText(MAX_LENGTH).describe('Their `sub`, exactly, or its pattern'),
  subject_match: z
    .enum(['glob'])
    .optional()
    .describe('`subject` is a pattern: `*` is a run without `/` and `:`, `**` any run'),
  audiences: list(requiredText())
    .min(1)
    .max(10)
    .optional()
    .describe('If given, a token must be meant for one of these (`aud`)'),
  claims: ClaimsSchema.optional().describe(
    'What claims must be, by name or JSON pointer: a value, one of several, or text of a pattern',
  ),
  max_token_age: z
    .int()
    .min(1)
    .max(MAX_AGE)
    .optional()
    .describe('Seconds since `iat` that a token is good'),
  single_use: z.boolean().optional().describe('An identity token can be exchanged once'),
  expires_in: z
    .int()
    .min(60)
    .optional()
    .describe('Seconds that the robot token lives, at most `ROBOT_TOKEN_TTL`'),
  registry_scopes: list(requiredText())
    .min(1)
    .max(20)
    .optional()
    .describe(
      'What the robot token reaches at most of what the robot does: `repository:PATTERN:ACTION,…`, with the actions ' +
        '`pull`, `push`, `delete`, and `*` for all',
    ),
  api_scopes: shortText(MAX_LENGTH)
    .optional()
    .describe(
      'Scopes of the API that tokens from `/sts/token` have at most, with blanks between them: none that the token of the caller ' +
        'does not include',
    ),
  description: shortText(MAX_LENGTH).optional(),
}

/** A key that clients are known to send besides. */
export const Dropped = z.unknown().optional().describe('Not looked at')

/** Other forms come from clients with ids of their own. */
const EntryId = z
  .uuid()
  .optional()
  .catch(undefined)
  .describe('Of the stored entry that this one replaces. What is no UUID is not looked at')

/** A condition that is misspelt must not be taken for none. */
export const entryObject = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  strictObject(shape, Object.keys(ENTRY))

/** What answers, and Quay's form, have besides: clients may send it back with the rest. */
export const BESIDES = { version: Dropped, warnings: Dropped, isExpanded: Dropped }

const NewEntrySchema = entryObject({ ...ENTRY, id: EntryId, ...BESIDES }).meta({
  id: 'NewFederationEntry',
})

export const ENTRY_EXAMPLE = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:acme/web:ref:refs/heads/main',
  audiences: ['https://robots.example.com'],
}

export const FederationConfigSchema = z
  .array(
    z
      .object({
        ...ENTRY,
        id: z.uuid().optional().describe('Stays while the entry is changed'),
        version: z.int().optional().describe('Rises with every change of the entry'),
      })
      .meta({ id: 'FederationEntry' }),
  )
  .meta({ id: 'FederationConfig', example: [ENTRY_EXAMPLE] })

export const NewFederationConfigSchema = list(NewEntrySchema)
  .max(MOST.federationEntries)
  .meta({ id: 'NewFederationConfig', example: [ENTRY_EXAMPLE] })

export const toEntries = (config: z.output<typeof NewFederationConfigSchema>): PostedEntry[] =>
  config.map(({ version, warnings, isExpanded, ...entry }) => entry)

export const presentEntries = (entries: StoredEntry[], details: boolean) =>
  details ? entries : entries.map(postedEntry)

export const AudienceSchema = z
  .object({ audience: z.string() })
  .meta({ id: 'FederationAudience', example: { audience: 'https://robots.example.com' } })

const ROBOT_TOKEN = 'eyJhbGciOiJFUzI1NiIsInR5cCI6InJvYm90K2p3dCJ9.e30.c2ln'

export const RobotTokenSchema = z
  .object({ token: z.string().describe('A JSON Web Token: the robot’s password while it lives') })
  .meta({ id: 'RobotToken', example: { token: ROBOT_TOKEN } })

export const TimedRobotTokenSchema = RobotTokenSchema.extend({
  token_type: z.literal('Bearer'),
  expires_in: z.int().describe('Seconds'),
}).meta({
  id: 'TimedRobotToken',
  example: { token: ROBOT_TOKEN, token_type: 'Bearer', expires_in: 3600 },
})

/** A key that this version does not know might ask for less than the whole. */
export const RobotTokenRequestSchema = strictObject({
  token: z.string().describe('An identity token'),
  robot: z
    .string()
    .optional()
    .describe('Full name; without, the one robot whose configuration matches the token'),
}).meta({
  id: 'RobotTokenRequest',
  example: {
    robot: 'acme+deployer',
    token: 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImZpcnN0In0.e30.c2ln',
  },
})
