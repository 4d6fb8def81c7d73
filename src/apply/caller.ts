import { parseRobotFullName } from '../domain/names.ts'
import { OWNERS_TEAM } from '../domain/organization-creation.ts'
import { type ApiClient, ApiRefusal } from './api-client.ts'
import type { OrganizationDocument } from './organization-document.ts'
import type { OrganizationState } from './organization-state.ts'
import type { PlannedStep } from './plan.ts'
import { wordsOf } from './step.ts'

// What a token lacks is said before anything is changed, as far as the API lets one know.

/** The user or robot whose token it is; undefined where the token does not let one ask. */
export async function whoCalls(api: ApiClient): Promise<string | undefined> {
  try {
    return (await api.get<{ username: string }>('/api/v1/user/')).body.username
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 403) return undefined
    throw error
  }
}

const isRobot = (caller: string | undefined) =>
  caller !== undefined && parseRobotFullName(caller) !== undefined

/** What only administrators of an organization read and change. */
const ADMINISTERED = [
  'email',
  'invoice_email',
  'invoice_email_address',
  'tag_expiration_s',
  'policy',
  'issuers',
  'teams',
  'robots',
  'default_permissions',
] as const

/** @throws {ApiRefusal} */
export function assertMayBegin(
  document: OrganizationDocument,
  { exists, settings }: OrganizationState,
  caller: string | undefined,
) {
  const { organization } = document
  if (!exists && (caller === undefined || isRobot(caller))) {
    throw new ApiRefusal(
      403,
      `${organization}: there is no such organization, and the token may not make it: that takes a user's, with user:admin`,
    )
  }
  const administered = ADMINISTERED.find((key) => document[key] !== undefined)
  if (exists && settings === undefined && administered !== undefined) {
    throw new ApiRefusal(
      403,
      `${organization}: the token does not administer the organization, which ${administered} takes: use one with org:admin, ` +
        'of an administrator',
    )
  }
}

/** As it will be for whoever makes it, before anything else is done. */
export const asMade = (found: OrganizationState, caller: string | undefined): OrganizationState =>
  found.exists || caller === undefined
    ? found
    : {
        ...found,
        teams: {
          [OWNERS_TEAM.name]: { role: OWNERS_TEAM.role, description: '', members: [caller] },
        },
      }

/** @throws {ApiRefusal} for what no robot does */
export function assertMayApply(steps: readonly PlannedStep[], caller: string | undefined) {
  const refused = isRobot(caller) ? steps.find(isForPeople) : undefined
  if (refused === undefined) return
  throw new ApiRefusal(
    403,
    `${refused.place}: ${wordsOf(refused)}: no robot may do that: use the token of a user`,
  )
}

const isForPeople = ({ request, path: [kind] }: PlannedStep) =>
  kind === 'issuers' ||
  kind === 'policy' ||
  (kind === 'robots' && 'api_scopes' in (request.body ?? {}))
