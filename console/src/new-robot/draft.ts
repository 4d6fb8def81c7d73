import type { Role } from '../access/roles.ts'
import type { components } from '../generated/openapi.d.ts'
import { labelsOfText } from '../parts/labels-text.ts'

type Body = components['schemas']['WholeRobot']

export interface Permission {
  /** Tells rows apart while they are typed. */
  id: number
  repository: string
  role: Role
}

/** All that is said of a robot before it is made, as it is typed. */
export interface Draft {
  name: string
  description: string
  /** A line each. */
  labels: string
  /** `2027-01-31`; empty: never. */
  expiresOn: string
  signsInBy: 'secret' | 'federation'
  /** `90d`; empty: as the policy says. */
  secretExpiresIn: string
  permissions: Permission[]
}

export const EMPTY: Draft = {
  name: '',
  description: '',
  labels: '',
  expiresOn: '',
  signsInBy: 'secret',
  secretExpiresIn: '',
  permissions: [],
}

/** The rows that are filled in. */
const filledIn = ({ permissions }: Draft) =>
  permissions.filter(({ repository }) => repository.trim() !== '')

/** What the request says; what is empty is left out. */
export function bodyOf(draft: Draft): Body {
  const { name, description, expiresOn } = draft
  const labels = labelsOfText(draft.labels)
  const permissions = filledIn(draft).map(({ repository, role }) => [repository.trim(), role])
  return {
    name,
    ...(description && { description }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(expiresOn && { expires_at: `${expiresOn}T00:00:00Z` }),
    ...(permissions.length > 0 && { permissions: Object.fromEntries(permissions) }),
  }
}

export const queryOf = ({ signsInBy, secretExpiresIn }: Draft) => ({
  ...(signsInBy === 'federation' && { secret: false }),
  ...(signsInBy === 'secret' && secretExpiresIn && { expires_in: secretExpiresIn }),
})

/** The same in a file for `quay-robots apply`, of which secrets are no part. */
export function documentOf(draft: Draft) {
  const { name, permissions = {}, ...robot } = bodyOf(draft)
  const short = name || 'NAME'
  const repositories = Object.entries(permissions).map(([repository, role]) => [
    repository,
    { permissions: { robots: { [short]: role } } },
  ])
  return {
    robots: { [short]: { ...robot, ...(draft.signsInBy === 'federation' && { secret: false }) } },
    ...(repositories.length > 0 && { repositories: Object.fromEntries(repositories) }),
  }
}

/** `write in web, read in team/api`; undefined for nothing. */
export const accessInWords = (draft: Draft): string | undefined =>
  filledIn(draft)
    .map(({ repository, role }) => `${role} in ${repository.trim()}`)
    .join(', ') || undefined
