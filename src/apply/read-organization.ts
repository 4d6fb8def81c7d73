import { inParallel } from '../domain/in-parallel.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { PolicyDocument } from '../domain/robot-policy.ts'
import { organizationAt, policyAt, prototypesAt, teamAt } from './addresses.ts'
import { type ApiClient, ApiRefusal, AT_A_TIME } from './api-client.ts'
import type { Asked } from './asked.ts'
import type { DefaultPermissionDocument, IssuerDocument } from './organization-document.ts'
import { noOrganization, type OrganizationState, type TeamState } from './organization-state.ts'
import { readRepositories } from './read-repositories.ts'
import { readRobots } from './read-robots.ts'

interface OrganizationAnswer {
  is_admin: boolean
  email: string
  invoice_email?: boolean
  invoice_email_address?: string | null
  tag_expiration_s?: number
  teams?: Record<string, { role: OrganizationRole; description: string }>
}

/**
 * An organization as the service has it.
 *
 * @throws {ApiRefusal} which says what the token may not read
 */
export async function readOrganization(
  api: ApiClient,
  name: string,
  asked: Asked,
): Promise<OrganizationState> {
  const found = await api.find<OrganizationAnswer>(organizationAt(name))
  if (!found) return noOrganization(name)
  const { is_admin: isAdmin, teams = {}, ...settings } = found.body
  const robots = await of(name, `robots (${ADMIN})`, readRobots(api, name, asked.robots))
  const repositories = await of(
    name,
    'repositories and the roles in them (repo:admin)',
    readRepositories(api, name, asked.repositories),
  )
  const policy = asked.policy || robots !== undefined
  return {
    name,
    exists: true,
    settings: isAdmin
      ? {
          email: settings.email,
          invoice_email: settings.invoice_email ?? false,
          invoice_email_address: settings.invoice_email_address ?? null,
          tag_expiration_s: settings.tag_expiration_s ?? 0,
        }
      : undefined,
    issuers: asked.issuers ? await of(name, `issuers (${ADMIN})`, readIssuers(api, name)) : {},
    teams: asked.teams
      ? await of(name, `teams (${ADMIN})`, readMembers(api, name, teams, asked))
      : teams,
    robots: robots?.read ?? {},
    repositories: repositories?.read ?? {},
    names: { robots: robots?.names ?? [], repositories: repositories?.names ?? [] },
    defaultPermissions: asked.defaultPermissions
      ? await of(name, `default permissions (${ADMIN})`, readDefaultPermissions(api, name))
      : [],
    ...(policy
      ? await of(name, `robot policy (${ADMIN})`, readPolicy(api, name))
      : { policy: undefined, effective: noOrganization(name).effective }),
  }
}

/** What reading takes of a token. */
const ADMIN = 'org:admin, of an administrator'

async function of<Result>(name: string, what: string, reading: Promise<Result>): Promise<Result> {
  try {
    return await reading
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status === 401) throw error
    const { status, message } = error
    throw new ApiRefusal(status, `${name}: the token may not read its ${what}: ${message}`)
  }
}

async function readIssuers(api: ApiClient, organization: string) {
  const { body } = await api.get<{ issuers: (IssuerDocument & { name: string; keys: object })[] }>(
    `${organizationAt(organization)}/issuers`,
  )
  return Object.fromEntries(body.issuers.map(({ name, keys, ...issuer }) => [name, issuer]))
}

async function readMembers(
  api: ApiClient,
  organization: string,
  teams: Record<string, TeamState>,
  { membersOf }: Asked,
): Promise<Record<string, TeamState>> {
  const read = await inParallel(
    Object.entries(teams),
    AT_A_TIME,
    async ([name, { role, description }]) => {
      const team = { role, description }
      if (!membersOf(name)) return [name, team] as const
      const pages = await api.list<{ members: { name: string }[]; next_page?: string }>(
        `${teamAt(organization, name)}/members`,
      )
      const members = pages.flatMap((page) => page.members.map((member) => member.name))
      return [name, { ...team, members }] as const
    },
  )
  return Object.fromEntries(read)
}

interface PrototypeAnswer {
  id: string
  role: DefaultPermissionDocument['role']
  activating_user: { name: string } | null
  delegate: { kind: 'user' | 'team'; name: string; is_robot?: boolean }
}

async function readDefaultPermissions(api: ApiClient, organization: string) {
  const pages = await api.list<{ prototypes: PrototypeAnswer[]; next_page?: string }>(
    prototypesAt(organization),
  )
  return pages.flatMap(({ prototypes }) =>
    prototypes.map(({ id, role, delegate, activating_user: user }) => ({
      id,
      ...receiverOf(delegate, organization),
      role,
      ...(user && { created_by: user.name }),
    })),
  )
}

function receiverOf({ kind, name, is_robot }: PrototypeAnswer['delegate'], organization: string) {
  if (kind === 'team') return { team: name }
  return is_robot ? { robot: name.slice(`${organization}+`.length) } : { user: name }
}

async function readPolicy(api: ApiClient, organization: string) {
  const [own, effective] = await Promise.all([
    api.get<PolicyDocument>(policyAt(organization)),
    api.get<PolicyDocument>(`${policyAt(organization)}?effective=true`),
  ])
  const entersAudience = effective.body.federation_audiences === 'default'
  const audience = entersAudience
    ? (await api.get<{ audience: string }>('/oauth2/federation/audience')).body.audience
    : undefined
  return {
    policy: { document: own.body, tag: own.tag },
    effective: {
      secretsAllowed: effective.body.secrets_allowed !== false,
      defaultAudience: audience,
    },
  }
}
