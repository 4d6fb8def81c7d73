import { z } from 'zod'
import { maySeeMembers, seenEmail } from '../domain/account-visibility.ts'
import { avatar } from '../domain/avatar.ts'
import { MAX_EMAIL } from '../domain/email-rules.ts'
import { Entries, mapPieces, type Pieces } from '../domain/json-pieces.ts'
import type { DescribedOrganization, TeamSummary } from '../services/accounts/organizations.ts'
import { AvatarSchema, OrganizationRoleSchema, shortText, text } from './common.ts'

export const CreateOrganizationSchema = z
  .object({
    name: text().describe('Organization username'),
    email: text().optional().describe('Organization contact email'),
    contact_email: text().optional().describe('The same, by another name'),
  })
  .meta({ id: 'NewOrganization', example: { name: 'acme', email: 'acme@example.com' } })

export const ChangeOrganizationSchema = z
  .object({
    email: text().optional().describe('Organization contact email; empty for none'),
    invoice_email: z
      .boolean()
      .optional()
      .describe('Whether the organization desires to receive emails for invoices; kept only'),
    invoice_email_address: shortText(MAX_EMAIL)
      .nullish()
      .describe('The email address at which to receive invoices; kept only'),
    tag_expiration_s: z
      .int()
      .min(0)
      .optional()
      .describe('The number of seconds for tag expiration, one of Quay’s options; kept only'),
  })
  .meta({ id: 'OrganizationChanges', example: { email: 'acme@example.com' } })

export const RenameOrganizationSchema = z
  .object({ name: text().optional().describe('The new name for the organization') })
  .meta({ id: 'OrganizationRename', example: { name: 'acme-inc' } })

export const RenamedOrganizationSchema = z
  .object({ name: z.string(), email: z.string(), avatar: AvatarSchema })
  .meta({
    id: 'RenamedOrganization',
    example: { name: 'acme-inc', email: '', avatar: avatar('acme-inc', 'org') },
  })

const TeamSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    role: OrganizationRoleSchema,
    avatar: AvatarSchema,
    can_view: z.boolean(),
    repo_count: z.int(),
    member_count: z.int(),
    is_synced: z.boolean(),
  })
  .meta({ id: 'OrganizationTeam' })

export const OrganizationSchema = z
  .object({
    name: z.string(),
    email: z.string().describe('Empty unless the caller is an administrator'),
    avatar: AvatarSchema,
    is_admin: z.boolean(),
    is_member: z.boolean(),
    teams: z.record(z.string(), TeamSchema).optional().describe('For members'),
    ordered_teams: z.array(z.string()).optional(),
    invoice_email: z.boolean().optional().describe('This and the following: for administrators'),
    invoice_email_address: z.string().nullable().optional(),
    tag_expiration_s: z.int().optional(),
    is_free_account: z.boolean().optional(),
  })
  .meta({
    id: 'Organization',
    example: {
      name: 'acme',
      email: '',
      avatar: avatar('acme', 'user'),
      is_admin: false,
      is_member: false,
    },
  })

export function presentOrganization(organization: DescribedOrganization) {
  const { name, isAdmin, isMember, teams, settings } = organization
  const email = seenEmail(organization, isAdmin)
  return {
    name,
    email: email ?? '',
    avatar: avatar(name, 'user', email ?? name),
    is_admin: isAdmin,
    is_member: isMember,
    ...(teams && presentTeams(teams, isAdmin)),
    ...(settings && {
      invoice_email: settings.invoiceEmail,
      invoice_email_address: settings.invoiceEmailAddress,
      tag_expiration_s: settings.tagExpirationS,
      is_free_account: true,
    }),
  }
}

/** Writes `ordered_teams` after `teams`: their names are known once all teams have been written. */
function presentTeams(teams: Pieces<TeamSummary>, isAdmin: boolean) {
  const names: string[] = []
  const entries = mapPieces(teams, (team) => {
    names.push(team.name)
    return [team.name, presentTeamSummary(team, isAdmin)] as const
  })
  return { teams: new Entries(entries), ordered_teams: () => names }
}

const presentTeamSummary = (team: TeamSummary, isAdmin: boolean) => ({
  name: team.name,
  description: team.description,
  role: team.role,
  avatar: avatar(team.name, 'team'),
  can_view: maySeeMembers({ isAdmin, isMember: team.isMember }),
  repo_count: team.repositories,
  member_count: team.members,
  is_synced: false,
})

export const presentNamedOrganization = (organization: {
  name: string
  email: string | null
}): z.output<typeof RenamedOrganizationSchema> => ({
  name: organization.name,
  email: organization.email ?? '',
  avatar: avatar(organization.name, 'org', organization.email ?? organization.name),
})
