import { inParallel } from '../domain/in-parallel.ts'
import { parseRobotFullName } from '../domain/names.ts'
import type {
  NotTaken,
  SourceDefaultPermission,
  SourceMember,
  SourceThing,
} from '../domain/quay-content.ts'
import { DEFAULT_TAG_EXPIRATION } from '../domain/tag-expiration.ts'
import {
  DefaultPermissionPageSchema,
  MemberPageSchema,
  OrganizationSchema,
} from './quay-answers.ts'
import type { QuayApi } from './quay-api.ts'
import { readRepositories } from './read-repositories.ts'
import { AT_ONCE, readRobots } from './read-robots.ts'
import { SourceError } from './source-error.ts'

export interface ReadNamespace {
  things: SourceThing[]
  notTaken: NotTaken[]
  without: NotTaken[]
}

type Organization = ReturnType<(typeof OrganizationSchema)['parse']>
type Team = NonNullable<Organization['teams']>[string]

/** An organization with all that is in it. @throws {SourceError} also where the token may not see all of it */
export async function readOrganization(api: QuayApi, name: string): Promise<ReadNamespace> {
  const path = `/api/v1/organization/${encodeURIComponent(name)}`
  const shown = await api.get(OrganizationSchema, path)
  if (!shown.teams) {
    throw new SourceError(`${api.placeOf(path)}: the token does not show the teams of ${name}`, 403)
  }
  const teams = Object.values(shown.teams)
  api.expect(teams.length + 3)
  const members = await inParallel(teams, AT_ONCE, (team) => readMembers(api, path, name, team))
  const robots = await readRobots(api, { owner: name, path, isShownSingly: true })
  const repositories = await readRepositories(api, name, true)
  const defaults = await readDefaultPermissions(api, path, name)
  const joined = members.flatMap((one) => one.members)
  return {
    things: [
      organizationOf(name, teams, joined),
      ...settingsOf(shown),
      ...teams.map(({ name: team, role, description }) => ({
        ...{ kind: 'team' as const, organization: name, name: team, role },
        description: description ?? '',
      })),
      ...robots.robots,
      ...joined,
      ...repositories.repositories,
      ...repositories.permissions,
      ...defaults,
      ...robots.federation,
    ],
    notTaken: [...robots.notTaken, ...repositories.notTaken],
    without: [...members.flatMap((one) => one.invited), ...repositories.without],
  }
}

async function readMembers(api: QuayApi, path: string, organization: string, { name: team }: Team) {
  const list = `${path}/team/${encodeURIComponent(team)}/members`
  const pages = await api.pages(MemberPageSchema, list)
  const found = pages.flatMap((page) => page.members)
  const members = found
    .filter(({ invited }) => !invited)
    .map(({ name }): SourceMember => ({ kind: 'member', organization, team, name }))
  const invited = found
    .filter((one) => one.invited)
    .map(
      ({ name }): NotTaken => ({
        kind: 'member',
        name: `${name} in ${organization}/${team}`,
        why: 'the invitation is not accepted: there are none here',
      }),
    )
  return { members, invited }
}

function organizationOf(name: string, teams: Team[], members: SourceMember[]): SourceThing {
  const admins = teams.filter(({ role }) => role === 'admin')
  // As in Quay, an organization begins with that team.
  admins.sort((one, other) => Number(other.name === 'owners') - Number(one.name === 'owners'))
  const of = (team: Team) => members.filter((member) => member.team === team.name)
  const isUser = (member: SourceMember) => parseRobotFullName(member.name) === undefined
  const first = admins.find((team) => of(team).some(isUser))
  const founder = first && of(first).find(isUser)
  return {
    ...{ kind: 'organization', name },
    administrators: [...new Set(admins.flatMap(of).map((member) => member.name))],
    beginning:
      first && founder
        ? { team: first.name, description: first.description ?? '', founder: founder.name }
        : undefined,
  }
}

/** Nothing where all is as in a new organization. */
function settingsOf({ name: organization, ...shown }: Organization): SourceThing[] {
  const { tag_expiration_s: tagExpirationS = DEFAULT_TAG_EXPIRATION } = shown
  const email = shown.email || null
  const invoiceEmailAddress = shown.invoice_email_address || null
  const isNew = !email && !shown.invoice_email && !invoiceEmailAddress
  if (isNew && tagExpirationS === DEFAULT_TAG_EXPIRATION) return []
  const settings = { email, invoiceEmail: shown.invoice_email, invoiceEmailAddress, tagExpirationS }
  return [{ kind: 'settings', organization, ...settings }]
}

async function readDefaultPermissions(
  api: QuayApi,
  path: string,
  organization: string,
): Promise<SourceDefaultPermission[]> {
  const pages = await api.pages(DefaultPermissionPageSchema, `${path}/prototypes`)
  return pages
    .flatMap(({ prototypes }) => prototypes)
    .map(({ activating_user, delegate: { kind, name }, role }) => ({
      ...{ kind: 'default_permission', organization, role },
      grantee: { kind: kind === 'team' ? 'team' : 'account', name },
      activatingUser: activating_user?.name,
    }))
}
