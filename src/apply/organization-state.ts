import type { StoredEntry } from '../domain/federation-entry.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { RepositoryRole } from '../domain/repository-roles.ts'
import type { PolicyDocument } from '../domain/robot-policy.ts'
import type { DefaultPermissionDocument, IssuerDocument } from './organization-document.ts'

/** Roles by name. */
export type Roles = Record<string, RepositoryRole>

export interface Settings {
  email: string
  invoice_email: boolean
  invoice_email_address: string | null
  tag_expiration_s: number
}

export interface TeamState {
  role: OrganizationRole
  description: string
  /** Undefined where nobody asked for them. */
  members?: string[] | undefined
}

export interface RobotState {
  description: string
  labels: Record<string, string>
  unstructured_metadata: Record<string, unknown>
  /** ISO 8601; null: never. */
  expires_at: string | null
  enabled: boolean
  disabled_reason: string | null
  /** Whether it has a static token. */
  secret: boolean
  federation: StoredEntry[]
  /** For `If-Match`. */
  tag: string
}

export interface RepositoryState {
  visibility: 'public' | 'private'
  description: string
  permissions: { users: Roles; robots: Roles; teams: Roles }
}

/** An organization as the service has it, as far as somebody asked. */
export interface OrganizationState {
  name: string
  exists: boolean
  /** Undefined for those who do not administer it. */
  settings: Settings | undefined
  issuers: Record<string, IssuerDocument>
  teams: Record<string, TeamState>
  robots: Record<string, RobotState>
  repositories: Record<string, RepositoryState>
  /** Those that nobody asked about, too. */
  names: { robots: readonly string[]; repositories: readonly string[] }
  defaultPermissions: (DefaultPermissionDocument & { id: string })[]
  policy: { document: PolicyDocument; tag: string } | undefined
  /** What holds for its robots in the end. */
  effective: { secretsAllowed: boolean; defaultAudience: string | undefined }
}

/** An organization that is to be made. */
export const noOrganization = (name: string): OrganizationState => ({
  name,
  exists: false,
  settings: undefined,
  issuers: {},
  teams: {},
  robots: {},
  repositories: {},
  names: { robots: [], repositories: [] },
  defaultPermissions: [],
  policy: undefined,
  effective: { secretsAllowed: true, defaultAudience: undefined },
})
