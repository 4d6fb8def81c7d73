import { z } from 'zod'
import { avatar } from '../domain/avatar.ts'
import { MAX_EMAIL } from '../domain/email-rules.ts'
import { parseScopes, SCOPES } from '../domain/scopes.ts'
import { TEXT_LENGTHS } from '../domain/text-lengths.ts'
import type { Application } from '../services/applications/shown-applications.ts'
import { list } from './bounded.ts'
import { AvatarSchema, shortText } from './common.ts'
import { OrganizationSchema } from './organization.ts'
import { listOf } from './paging.ts'

const ScopesSchema = z
  .union([list(z.string()), z.string().transform((text) => text.split(/[ ,]/).filter(Boolean))])
  .refine((names) => names.length === 0 || parseScopes(names.join(' ')), 'must be known scopes')
  .transform((names) => (names.length === 0 ? [] : (parseScopes(names.join(' ')) ?? [])))
  .meta({
    type: 'array',
    items: { type: 'string', enum: SCOPES },
    description:
      'What the client-credentials tokens of the application may do in its organization, at most. None that ' +
      'the token of the caller does not hold. A text of names with spaces between them is taken as well.',
  })

const NameSchema = shortText(TEXT_LENGTHS.applicationName)
  .refine((name) => name.trim() !== '', 'must not be empty')
  .describe('The name of the application')

const Details = z.object({
  description: shortText(TEXT_LENGTHS.applicationDescription)
    .optional()
    .describe('The human-readable description for the application'),
  avatar_email: shortText(MAX_EMAIL)
    .nullish()
    .describe('The e-mail address of the avatar to use for the application'),
  scopes: ScopesSchema.optional(),
})

const RedirectUri = shortText(TEXT_LENGTHS.applicationUri).describe(
  'The URI for the application’s OAuth redirect',
)
const ApplicationUri = shortText(TEXT_LENGTHS.applicationUri).describe(
  'The URI for the application’s homepage',
)

const DETAILS_EXAMPLE = {
  name: 'ci',
  description: 'builds',
  application_uri: 'https://ci.example.com',
  redirect_uri: 'https://ci.example.com/callback',
  avatar_email: 'ci@example.com',
}

export const CreateApplicationSchema = Details.extend({
  name: NameSchema,
  redirect_uri: RedirectUri.optional(),
  application_uri: ApplicationUri.optional(),
}).meta({ id: 'NewApplication', example: { name: 'ci', scopes: ['org:admin'] } })

export const UpdateApplicationSchema = Details.extend({
  name: NameSchema,
  redirect_uri: RedirectUri,
  application_uri: ApplicationUri,
}).meta({ id: 'ApplicationUpdate', example: DETAILS_EXAMPLE })

export const ApplicationSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    application_uri: z.string(),
    client_id: z.string(),
    client_secret: z
      .string()
      .nullable()
      .describe('Null where the application has scopes that the token of the caller does not hold'),
    redirect_uri: z.string(),
    avatar_email: z.string().nullable(),
    scopes: z.array(z.string()).optional().describe('Set where there are any'),
    created_by: z
      .string()
      .nullable()
      .optional()
      .describe('With `details`: the user who made it, by the name of then'),
  })
  .meta({
    id: 'Application',
    example: {
      ...DETAILS_EXAMPLE,
      client_id: 'J2Z7C3K9M4N8P5Q6R1S0',
      client_secret: 'A6B1C0D2E7F3G9H4J1KZT2U7V3W9X4Y8Z5A6B1C0',
    },
  })

export const ApplicationListSchema = listOf({
  applications: z.array(ApplicationSchema),
}).meta({ id: 'ApplicationList', example: { applications: [] } })

export const ApplicationInformationSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    uri: z.string(),
    avatar: AvatarSchema,
    organization: OrganizationSchema,
  })
  .meta({
    id: 'ApplicationInformation',
    example: {
      name: 'ci',
      description: 'builds',
      uri: 'https://ci.example.com',
      avatar: avatar('ci', 'app'),
      organization: {
        name: 'acme',
        email: '',
        avatar: avatar('acme', 'user'),
        is_admin: false,
        is_member: false,
        teams: {},
        ordered_teams: [],
      },
    },
  })

export const toDetails = (body: z.output<typeof CreateApplicationSchema>) => ({
  name: body.name,
  description: body.description ?? '',
  applicationUri: body.application_uri ?? '',
  redirectUri: body.redirect_uri ?? '',
  avatarEmail: body.avatar_email ?? null,
})

export const presentApplication = (
  application: Application,
): z.output<typeof ApplicationSchema> => ({
  name: application.name,
  description: application.description,
  application_uri: application.applicationUri,
  client_id: application.clientId,
  client_secret: application.clientSecret,
  redirect_uri: application.redirectUri,
  avatar_email: application.avatarEmail,
  ...(application.scopes.length > 0 && { scopes: application.scopes }),
})

export const presentDetailedApplication = (application: Application) => ({
  ...presentApplication(application),
  created_by: application.createdBy,
})
