import { modelRefused } from './errors.ts'

/** What a change would do to the administrators of an organization: users in a team with the role `admin`. */
export interface AdminLoss {
  /** Whether a user would leave a team of administrators. */
  affectsSomebody: boolean
  /** Whether a user whose account is enabled would still be in one. */
  leavesSomebody: boolean
  /** The teams of administrators that the caller is in now. */
  callerTeamIds: readonly string[]
}

/** An organization always keeps somebody who may administer it, if it has anybody. */
const leavesNobody = (loss: AdminLoss) => loss.affectsSomebody && !loss.leavesSomebody

const isCallersOnlyTeam = (loss: AdminLoss, teamId: string) =>
  loss.callerTeamIds.length === 1 && loss.callerTeamIds[0] === teamId

interface TeamChange {
  team: { id: string; name: string }
  organization: string
  /** Undefined where an application calls. */
  caller: string | undefined
}

/** @throws {ServiceError} `model_refused` */
export function assertTeamMayGo(loss: AdminLoss, { team, organization, caller }: TeamChange) {
  if (isCallersOnlyTeam(loss, team.id)) {
    throw modelRefused(
      `Deleting team '${team.name}' would remove admin ability for user '${caller}' in organization '${organization}'`,
    )
  }
  if (leavesNobody(loss)) {
    throw modelRefused(
      `Deleting team '${team.name}' would leave organization '${organization}' without an admin`,
    )
  }
}

/** @throws {ServiceError} `model_refused` */
export function assertTeamMayStepDown(
  loss: AdminLoss,
  { team, organization }: Omit<TeamChange, 'caller'>,
) {
  if (isCallersOnlyTeam(loss, team.id)) {
    throw modelRefused(
      `Cannot remove admin from team '${team.name}' because calling user would no longer have admin on org '${organization}'`,
    )
  }
  if (leavesNobody(loss)) {
    throw modelRefused(
      `Cannot remove admin from team '${team.name}' because org '${organization}' would no longer have an admin`,
    )
  }
}

/** @throws {ServiceError} `model_refused` */
export function assertMemberMayLeaveTeam(
  loss: AdminLoss,
  { team, isCaller }: { team: { id: string }; isCaller: boolean },
) {
  if (isCaller && isCallersOnlyTeam(loss, team.id)) {
    throw modelRefused('User cannot remove themselves from their only admin team.')
  }
  assertMemberMayLeave(loss)
}

/** @throws {ServiceError} `model_refused` */
export function assertMemberMayLeave(loss: AdminLoss) {
  if (leavesNobody(loss)) {
    throw modelRefused('Cannot remove user as they are the only organization admin')
  }
}

/** How many organizations a refusal names. */
export const NAMED_ORGANIZATIONS = 10

/**
 * Whether a user may be deleted.
 *
 * @param left organizations that would be left without an admin, the first of them at least
 * @throws {ServiceError} `model_refused`
 */
export function assertUserMayGo(user: string, left: readonly string[]) {
  if (left.length === 0) return
  throw modelRefused(
    `Cannot delete ${user} as the only admin for organizations: ${left.join(', ')}`,
  )
}
