import { z } from 'zod'
import { seenEmail } from '../domain/account-visibility.ts'
import type { RobotActor, UserActor } from '../domain/actor.ts'
import { avatar } from '../domain/avatar.ts'
import { DEFAULT_TAG_EXPIRATION } from '../domain/tag-expiration.ts'
import type { UserOrganization } from '../services/accounts/organizations.ts'
import { AvatarSchema, text } from './common.ts'
import { strictObject } from './strict-object.ts'

export const InitializeUserSchema = z
  .object({
    username: text(),
    password: text().describe('8 characters or more, no white space'),
    email: text().optional(),
    access_token: z
      .unknown()
      .optional()
      .describe('Anything true: a token with every scope is returned'),
  })
  .meta({
    id: 'InitialUser',
    example: {
      username: 'admin',
      password: 'correct-horse-battery',
      email: 'admin@example.com',
      access_token: true,
    },
  })

export const InitializedUserSchema = z
  .object({
    username: z.string(),
    email: z.string(),
    encrypted_password: z.string().describe('Always empty: kept for clients that expect the key'),
    access_token: z.string().optional(),
  })
  .meta({
    id: 'InitializedUser',
    example: {
      username: 'admin',
      email: 'admin@example.com',
      encrypted_password: '',
      access_token: 'Nh2X7c9qVb1LzK4TfR8sWm3YpD6gJ0aEuC5iHxQo',
    },
  })

export const PasswordChangeSchema = strictObject({
  current: text(),
  new: text().describe('8 characters or more, no white space'),
  end_tokens: z
    .boolean()
    .optional()
    .describe(
      'Ends the API tokens that act as the user, the one at hand among them, and app specific tokens',
    ),
}).meta({
  id: 'PasswordChange',
  example: { current: 'correct-horse-battery', new: 'staple-of-another', end_tokens: true },
})

const UserOrganizationSchema = z
  .object({
    name: z.string(),
    avatar: AvatarSchema,
    can_create_repo: z.boolean(),
    public: z.boolean(),
    is_org_admin: z.boolean().optional(),
    preferred_namespace: z.boolean().optional(),
  })
  .meta({ id: 'UserOrganization' })

/** Fields that a token with `user:admin` sees. */
const PrivateFields = z.object({
  can_create_repo: z.boolean(),
  is_me: z.boolean(),
  verified: z.boolean(),
  email: z.string().nullable(),
  logins: z.array(z.unknown()),
  invoice_email: z.boolean(),
  invoice_email_address: z.string().nullable(),
  preferred_namespace: z.boolean(),
  tag_expiration_s: z.int(),
  prompts: z.array(z.string()),
  company: z.string().nullable(),
  family_name: z.string().nullable(),
  given_name: z.string().nullable(),
  location: z.string().nullable(),
  is_free_account: z.boolean(),
  has_password_set: z.boolean(),
})

export const UserSchema = z
  .object({
    anonymous: z.boolean(),
    username: z.string(),
    avatar: AvatarSchema,
    ...PrivateFields.partial().shape,
    organizations: z.array(UserOrganizationSchema),
    super_user: z.boolean().optional(),
  })
  .meta({
    id: 'User',
    example: {
      anonymous: false,
      username: 'alice',
      avatar: avatar('alice', 'user', 'alice@example.com'),
      email: 'alice@example.com',
      organizations: [],
    },
  })

/** A user as the caller sees it: which fields depends on the token's scopes. */
export function presentUser(
  actor: UserActor,
  email: string | null,
  organizations: UserOrganization[],
): z.output<typeof UserSchema> {
  const isAdmin = actor.scopes.has('user:admin')
  return {
    anonymous: false,
    username: actor.username,
    avatar: avatar(actor.username, 'user', seenEmail({ email }, isAdmin) ?? actor.username),
    ...(isAdmin && privateFields(email)),
    organizations: organizations.map((organization) => ({
      name: organization.name,
      avatar: avatar(organization.name, 'org', identityOf(organization)),
      can_create_repo: organization.mayCreate,
      public: false,
      ...(isAdmin && { is_org_admin: organization.isAdmin, preferred_namespace: false }),
    })),
    ...(actor.superuser && actor.scopes.has('super:user') && { super_user: true }),
  }
}

/** A robot as it sees itself: by its full name. */
export const presentRobotCaller = ({ name }: RobotActor): z.output<typeof UserSchema> => ({
  anonymous: false,
  username: name,
  avatar: avatar(name, 'robot'),
  organizations: [],
})

const identityOf = (organization: UserOrganization) =>
  seenEmail(organization, organization.isAdmin) ?? organization.name

const privateFields = (email: string | null): z.output<typeof PrivateFields> => ({
  can_create_repo: true,
  is_me: true,
  verified: true,
  email,
  logins: [],
  invoice_email: false,
  invoice_email_address: null,
  preferred_namespace: false,
  tag_expiration_s: DEFAULT_TAG_EXPIRATION,
  prompts: [],
  company: null,
  family_name: null,
  given_name: null,
  location: null,
  is_free_account: true,
  has_password_set: true,
})
