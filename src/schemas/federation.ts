import { z } from 'zod'
import type { PostedEntry } from '../domain/entry-versions.ts'
import { postedEntry, type StoredEntry } from '../domain/federation-entry.ts'
import { didYouMean } from '../domain/nearest-name.ts'
import { isStorableJson, shortText } from './common.ts'

const MAX_ENTRIES = 200
const MAX_LENGTH = 2048

const requiredText = () => shortText(MAX_LENGTH).refine((text) => text !== '', 'must not be empty')

const ClaimValueSchema = z.union(
  [requiredText(), z.number().refine(isStorableJson, 'loses digits'), z.boolean()],
  { error: 'must be a text, a number or a boolean' },
)

/** Of a claim. */
const ConditionSchema = z
  .union(
    [
      ClaimValueSchema,
      z.array(ClaimValueSchema).min(1).max(50),
      z.strictObject({ glob: requiredText() }).meta({ id: 'ClaimGlob' }),
    ],
    { error: 'must be a value, a list of values, or {"glob": "pattern"}' },
  )
  .meta({ id: 'ClaimCondition' })

const MAX_CLAIMS = 20

/** What claims must be. */
export const ClaimsSchema = z
  .record(requiredText(), ConditionSchema)
  .refine((claims) => Object.keys(claims).length > 0, 'must name a claim')
  .refine((claims) => Object.keys(claims).length <= MAX_CLAIMS, `must name at most ${MAX_CLAIMS}`)

/** A year; an issuer's tokens live minutes, or hours. */
const MAX_AGE = 31_536_000

const ENTRY = {
  issuer: shortText(MAX_LENGTH).describe('Issuer of the identity tokens, an http(s) URL'),
  issuer_ref: requiredText()
    .optional()
    .describe('Name of the issuer record that has the keys, where the issuer publishes none'),
  subject: shortText(MAX_LENGTH).describe('Their `sub`, exactly, or its pattern'),
  subject_match: z
    .enum(['glob'])
    .optional()
    .describe('`subject` is a pattern: `*` is a run without `/` and `:`, `**` any run'),
  audiences: z
    .array(requiredText())
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
  single_use: z.boolean().optional().describe('A token buys one robot token'),
  expires_in: z
    .int()
    .min(60)
    .optional()
    .describe('Seconds that the robot token lives, at most `ROBOT_TOKEN_TTL`'),
  registry_scopes: z
    .array(requiredText())
    .min(1)
    .max(20)
    .optional()
    .describe(
      'What the robot token reaches at most of what the robot does: `repository:PATTERN:ACTION,…`, with the actions ' +
        '`pull`, `push`, `delete`, and `*` for all',
    ),
  description: shortText(MAX_LENGTH).optional(),
}

/** A key that clients are known to send besides, such as the state of Quay's form. */
const Dropped = z.unknown().optional().describe('Not looked at')

/** Other forms come from clients with ids of their own. */
const EntryId = z
  .uuid()
  .optional()
  .catch(undefined)
  .describe('Of the stored entry that this one replaces. What is no UUID is not looked at')

/** How many unknown keys a refusal names. */
const MAX_NAMED_KEYS = 3

/** A condition that is misspelt, or that this version does not know, must not be taken for none. */
const NewEntrySchema = z
  .strictObject(
    { ...ENTRY, id: EntryId, version: Dropped, isExpanded: Dropped },
    {
      error: (issue) => {
        if (issue.code !== 'unrecognized_keys') return undefined
        return issue.keys.slice(0, MAX_NAMED_KEYS).map(unknownKey).join(', ')
      },
    },
  )
  .meta({ id: 'NewFederationEntry' })

const unknownKey = (key: string) => `unknown key '${key}': ${didYouMean(key, Object.keys(ENTRY))}`

const EXAMPLE = [
  {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'repo:acme/web:ref:refs/heads/main',
    audiences: ['https://robots.example.com'],
  },
]

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
  .meta({ id: 'FederationConfig', example: EXAMPLE })

export const NewFederationConfigSchema = z
  .array(NewEntrySchema)
  .max(MAX_ENTRIES)
  .meta({ id: 'NewFederationConfig', example: EXAMPLE })

export const toEntries = (config: z.output<typeof NewFederationConfigSchema>): PostedEntry[] =>
  config.map(({ version, isExpanded, ...entry }) => entry)

export const presentEntries = (entries: StoredEntry[], details: boolean) =>
  details ? entries : entries.map(postedEntry)

export const RobotTokenSchema = z
  .object({ token: z.string().describe('A JSON Web Token: the robot’s password while it lives') })
  .meta({
    id: 'RobotToken',
    example: { token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6InJvYm90K2p3dCJ9.e30.c2ln' },
  })
