import { robotFullName } from '../domain/names.ts'

const part = encodeURIComponent

/** Paths of the API. */
export const organizationAt = (name: string) => `/api/v1/organization/${part(name)}`

export const teamAt = (organization: string, team: string) =>
  `${organizationAt(organization)}/team/${part(team)}`

export const memberAt = (organization: string, team: string, member: string) =>
  `${teamAt(organization, team)}/members/${part(member)}`

export const issuerAt = (organization: string, issuer: string) =>
  `${organizationAt(organization)}/issuers/${part(issuer)}`

export const robotAt = (organization: string, robot: string) =>
  `${organizationAt(organization)}/robots/${part(robot)}`

export const entriesAt = (organization: string, robot: string) =>
  `${robotAt(organization, robot)}/federation/entries`

export const prototypesAt = (organization: string) => `${organizationAt(organization)}/prototypes`

export const policyAt = (organization: string) => `${organizationAt(organization)}/robot-policy`

/** A repository's name may have slashes. */
export const repositoryAt = (organization: string, repository: string) =>
  `/api/v1/repository/${[organization, ...repository.split('/')].map(part).join('/')}`

export type GranteeKind = 'users' | 'robots' | 'teams'

/** Of robots the full name, as the API has them. */
export function permissionAt(
  { organization, repository }: { organization: string; repository: string },
  kind: GranteeKind,
  name: string,
): string {
  const grantee = kind === 'robots' ? robotFullName(organization, name) : name
  const list = `${repositoryAt(organization, repository)}/permissions/${kind === 'teams' ? 'team' : 'user'}`
  return `${list}/${part(grantee)}`
}
