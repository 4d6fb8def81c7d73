import { memberAt } from './addresses.ts'
import { federationSteps } from './federation-steps.ts'
import type { OrganizationDocument } from './organization-document.ts'
import type { OrganizationState } from './organization-state.ts'
import { issuerSteps, organizationSteps, policyStep } from './organization-steps.ts'
import type { Said } from './read-documents.ts'
import { defaultPermissionSteps, permissionSteps, repositorySteps } from './repository-steps.ts'
import { robotSteps } from './robot-steps.ts'
import type { Step } from './step.ts'
import { memberSteps, teamSteps } from './team-steps.ts'

/** A step, and where a file asks for it. */
export interface PlannedStep extends Step {
  /** File and line: `acme:7`. */
  place: string
}

/** What is to be done to an organization, in this order, and what stays though a file that speaks of its kind does not name it. */
export interface Plan {
  steps: PlannedStep[]
  left: PlannedStep[]
}

interface PlanOptions {
  /** Whether things go that files do not name. */
  prune: boolean
  /** User whose token it is, as far as the token lets one ask. */
  caller: string | undefined
}

/**
 * What makes an organization what a file says. First what others refer to; then what refers to it; then what goes, the other
 * way round. The policy comes last, as it may forbid what is still to be made, or first, where it only allows more.
 */
export function planOrganization(
  { document, placeOf }: Said,
  found: OrganizationState,
  { prune, caller }: PlanOptions,
): Plan {
  const issuers = issuerSteps(document, found)
  const teams = teamSteps(document, found)
  const robots = robotSteps(document, found)
  const members = memberSteps(document, found)
  const repositories = repositorySteps(document, found)
  const permissions = permissionSteps(document, found)
  const defaults = defaultPermissionSteps(document, found)
  const federation = federationSteps(document, found)
  const added = [issuers, teams, robots, members, repositories, permissions, defaults, federation]
  const going = [defaults, permissions, federation, members, repositories, robots, teams, issuers]
  const policy = policyStep(document, found)
  const policySteps = policy ? [policy.step] : []
  const removals = going.flatMap((one) => one.removals)
  const seats = caller === undefined ? [] : seatsOf(caller, document, found)
  const isGoing = ({ request }: Step) => prune && !seats.includes(request.path)
  const placed = (step: Step): PlannedStep => ({ ...step, place: placeOf(step.path) })
  return {
    steps: [
      ...organizationSteps(document, found),
      ...(policy?.comesFirst ? policySteps : []),
      ...added.flatMap(({ steps }) => steps),
      ...removals.filter(isGoing),
      ...(policy?.comesFirst ? [] : policySteps),
    ].map(placed),
    left: removals.filter((step) => !isGoing(step)).map(placed),
  }
}

/** Nobody who makes an organization can leave its administrators again, before another one is there. */
function seatsOf(caller: string, { organization }: OrganizationDocument, found: OrganizationState) {
  const teams = Object.entries(found.teams).filter(([, { role }]) => role === 'admin')
  return teams.map(([team]) => memberAt(organization, team, caller))
}
