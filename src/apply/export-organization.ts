import { stringify } from 'yaml'
import { reaches } from '../domain/repository-roles.ts'
import { DEFAULT_TAG_EXPIRATION } from '../domain/tag-expiration.ts'
import { receiverOf } from './document-names.ts'
import type { OrganizationState, RepositoryState, RobotState } from './organization-state.ts'
import { entriesOf } from './step.ts'

/**
 * An organization as YAML that makes the same of an empty service. Lists are there also where they are empty, so that what is
 * added beside the file is seen; of the rest, what is not as in a new one.
 */
export function exportOrganization(found: OrganizationState): string {
  const document = {
    organization: found.name,
    ...settingsOf(found),
    ...(isEmpty(found.policy?.document) ? {} : { policy: found.policy?.document }),
    ...(isEmpty(found.issuers) ? {} : { issuers: sorted(found.issuers) }),
    teams: mapped(found.teams, ({ role, description, members = [] }) => ({
      role,
      ...(description && { description }),
      members: [...members].sort(),
    })),
    robots: mapped(found.robots, robotOf),
    repositories: mapped(found.repositories, repositoryOf),
    default_permissions: found.defaultPermissions
      .filter((one) => !found.defaultPermissions.some((other) => replaces(other, one)))
      .map(({ id, ...one }) => one)
      .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
  }
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2' })
}

/** Of two for the same user, robot or team the higher role applies, and of the same role one is enough. */
const replaces = (other: ListedPermission, one: ListedPermission) =>
  receiverOf(other) === receiverOf(one) &&
  other.id !== one.id &&
  (other.role === one.role ? other.id < one.id : reaches(other.role, one.role))

type ListedPermission = OrganizationState['defaultPermissions'][number]

const isEmpty = (record: object | undefined) => Object.keys(record ?? {}).length === 0

const sorted = <Value>(record: Record<string, Value>) => Object.fromEntries(entriesOf(record))

const mapped = <Value, Result>(record: Record<string, Value>, as: (value: Value) => Result) =>
  Object.fromEntries(entriesOf(record).map(([name, value]) => [name, as(value)]))

function settingsOf({ settings }: OrganizationState) {
  if (settings === undefined) return {}
  const { email, invoice_email, invoice_email_address, tag_expiration_s } = settings
  return {
    ...(email && { email }),
    ...(invoice_email && { invoice_email }),
    ...(invoice_email_address && { invoice_email_address }),
    ...(tag_expiration_s !== DEFAULT_TAG_EXPIRATION && { tag_expiration_s }),
  }
}

const robotOf = (robot: RobotState) => ({
  ...(robot.description && { description: robot.description }),
  ...(isEmpty(robot.labels) ? {} : { labels: sorted(robot.labels) }),
  ...(isEmpty(robot.unstructured_metadata)
    ? {}
    : { unstructured_metadata: robot.unstructured_metadata }),
  ...(robot.expires_at && { expires_at: robot.expires_at }),
  ...(!robot.enabled && { enabled: false }),
  ...(robot.disabled_reason && { disabled_reason: robot.disabled_reason }),
  ...(!robot.secret && { secret: false }),
  federation: robot.federation.map(({ id, version, ...entry }) => entry),
})

const repositoryOf = ({ visibility, description, permissions }: RepositoryState) => ({
  visibility,
  ...(description && { description }),
  permissions: {
    teams: sorted(permissions.teams),
    robots: sorted(permissions.robots),
    users: sorted(permissions.users),
  },
})
