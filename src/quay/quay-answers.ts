import { z } from 'zod'
import { ORGANIZATION_ROLES } from '../domain/organization-roles.ts'
import { REPOSITORY_ROLES } from '../domain/repository-roles.ts'

// What a running Quay answers, as far as it is looked at.

const Role = z.enum(REPOSITORY_ROLES)
const Email = z.string().nullish()

export const CallerSchema = z.object({
  anonymous: z.boolean().optional(),
  username: z.string(),
  email: Email,
  super_user: z.boolean().optional(),
  organizations: z
    .array(z.object({ name: z.string(), is_org_admin: z.boolean().optional() }))
    .default([]),
})

export const UserPageSchema = z.object({
  users: z.array(
    z.object({
      kind: z.string().optional(),
      username: z.string(),
      email: Email,
      enabled: z.boolean().default(true),
      super_user: z.boolean().default(false),
    }),
  ),
})

export const OrganizationPageSchema = z.object({
  organizations: z.array(z.object({ name: z.string() })),
})

export const OrganizationSchema = z.object({
  name: z.string(),
  email: Email,
  is_admin: z.boolean(),
  /** Left out for callers who are no members. */
  teams: z
    .record(
      z.string(),
      z.object({
        name: z.string(),
        description: z.string().nullish(),
        role: z.enum(ORGANIZATION_ROLES),
      }),
    )
    .optional(),
  invoice_email: z.boolean().default(false),
  invoice_email_address: z.string().nullish(),
  tag_expiration_s: z.int().optional(),
})

export const MemberPageSchema = z.object({
  members: z.array(
    z.object({ name: z.string(), is_robot: z.boolean(), invited: z.boolean().default(false) }),
  ),
})

export const RobotListSchema = z.object({
  robots: z.array(
    z.object({
      name: z.string(),
      description: z.string().nullish(),
      /** Left out for callers who may not see it, and where the robot has none. */
      token: z.string().optional(),
    }),
  ),
})

/** With what a service of this program says besides where it is asked for details. */
export const RobotSchema = z.object({
  unstructured_metadata: z.record(z.string(), z.unknown()).nullish(),
  enabled: z.boolean().default(true),
  expires_at: z.string().nullish(),
  secrets: z.array(z.unknown()).optional(),
})

/** Each entry is read by itself: one that cannot be taken leaves the others. */
export const FederationSchema = z.array(z.record(z.string(), z.unknown()))

export const RepositoryPageSchema = z.object({
  repositories: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      description: z.string().nullish(),
      is_public: z.boolean(),
      kind: z.string().nullish(),
      state: z.string().nullish(),
    }),
  ),
})

export const PermissionPageSchema = z.object({
  permissions: z.record(z.string(), z.object({ name: z.string(), role: Role })),
})

const AccountReference = z.object({ name: z.string() })

export const DefaultPermissionPageSchema = z.object({
  prototypes: z.array(
    z.object({
      activating_user: AccountReference.nullish(),
      delegate: z.object({ name: z.string(), kind: z.enum(['user', 'team']) }),
      role: Role,
    }),
  ),
})

/** Quay leaves it out, or says null, on the last page. */
export const NextPageSchema = z.object({ next_page: z.string().nullish() })
