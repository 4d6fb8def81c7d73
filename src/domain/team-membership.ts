import { invalidRequest } from './errors.ts'

/**
 * Any user can join a team of an organization, but of robots only its own.
 *
 * @throws {ServiceError} `invalid_request` for a robot of another namespace
 */
export function assertMayJoin(
  candidate: { isRobot: boolean; ownerId: string | null },
  organization: { id: string },
) {
  if (!candidate.isRobot || candidate.ownerId === organization.id) return
  throw invalidRequest(
    'Cannot add the specified robot to this team, as it is not a member of the organization',
  )
}
