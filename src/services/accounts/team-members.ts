import { uniqueViolation } from '../../db/driver-fault.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import { maySeeMembers } from '../../domain/account-visibility.ts'
import { type Performer, userIdOf } from '../../domain/actor.ts'
import { assertMayGive } from '../../domain/delegation.ts'
import { forbidden, invalidRequest, modelRefused, notFound } from '../../domain/errors.ts'
import { assertMemberMayLeaveTeam } from '../../domain/last-admin-rules.ts'
import type { Requester } from '../../domain/limiter.ts'
import type { Owner } from '../../domain/owner.ts'
import type { LongPage, Slice } from '../../domain/page.ts'
import { highestRole } from '../../domain/repository-roles.ts'
import type { NewId } from '../../domain/runtime.ts'
import { assertMayJoin } from '../../domain/team-membership.ts'
import { findMemberCandidate, memberKey } from '../../queries/organization-members.ts'
import { holdMemberCandidate, lockOrganization } from '../../queries/row-locks.ts'
import {
  deleteTeamMember,
  findAdminLoss,
  findTeam,
  findTeamRoles,
  insertTeamMember,
  isTeamMember,
  listTeamMembers,
  type TeamMember,
} from '../../queries/teams.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { LongLists, WholeQuery } from '../lists/long-lists.ts'
import { BY_NAME } from '../paging.ts'

export type { TeamMember }
export type TeamMemberService = ReturnType<typeof createTeamMemberService>

/** Who is in a team, and who may know that. Users and robots of the organization join and leave; there are no invitations. */
export function createTeamMemberService({
  db,
  audit,
  newId,
  longLists,
  superusersFullAccess,
}: {
  db: Db
  audit: AuditLog
  newId: NewId
  longLists: LongLists
  superusersFullAccess: boolean
}) {
  /** @throws {ServiceError} `not_found` */
  async function lockTeam(tx: Tx, owner: Owner, name: string) {
    const team = (await lockOrganization(tx, owner.id)) && (await findTeam(tx, owner.id, name))
    if (!team) throw notFound()
    return team
  }

  async function insert(
    tx: Tx,
    owner: Owner,
    teamName: string,
    memberName: string,
    performer: Performer,
  ) {
    const team = await lockTeam(tx, owner, teamName)
    const given = highestRole(await findTeamRoles(tx, team))
    assertMayGive(performer.actor, given, superusersFullAccess)
    const candidate = await holdMemberCandidate(tx, memberName)
    if (!candidate) throw invalidRequest('Unknown user')
    assertMayJoin(candidate, owner)
    await insertTeamMember(tx, { id: newId(), teamId: team.id, ...memberKey(candidate) })
    await audit.record(tx, {
      kind: 'org_add_team_member',
      namespace: owner,
      performer,
      metadata: { member: memberName, team: teamName },
      unlogged: { team_role: team.role },
    })
    return candidate
  }

  return {
    /**
     * The members of a team, told to administrators and to the members themselves.
     *
     * @throws {ServiceError} `insufficient_scope`, also where a member of other teams asks for one that is not there; `not_found`
     */
    async list(
      owner: Owner,
      name: string,
      viewer: { isAdmin: boolean; userId: string },
      query: WholeQuery,
      requester: Requester,
    ): Promise<LongPage<TeamMember>> {
      const team = await findTeam(db, owner.id, name)
      const { isAdmin, userId } = viewer
      const isMember = !isAdmin && team !== null && (await isTeamMember(db, team.id, userId))
      if (!maySeeMembers({ isAdmin, isMember })) throw forbidden()
      if (!team) throw notFound()
      const read = (slice: Slice) => listTeamMembers(db, team.id, slice)
      return longLists.page(query, { order: BY_NAME, read }, requester)
    },

    /**
     * @param memberName a user, or the full name of a robot of the organization
     * @throws {ServiceError} `not_found` for the team, `insufficient_scope` for one that may do more in repositories than
     *   the caller's token, `invalid_request` for the member, `model_refused` for one that is in already
     */
    async add(
      owner: Owner,
      teamName: string,
      memberName: string,
      performer: Performer,
    ): Promise<TeamMember> {
      try {
        return await withTransaction(db, (tx) => insert(tx, owner, teamName, memberName, performer))
      } catch (error) {
        if (uniqueViolation(error) === undefined) throw error
        throw modelRefused(`User ${memberName} is already a member of team ${teamName}`)
      }
    },

    /** @throws {ServiceError} `not_found` for team or account, `model_refused` for no member, or where no admin would stay */
    remove: (owner: Owner, teamName: string, memberName: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const team = await lockTeam(tx, owner, teamName)
        const candidate = await findMemberCandidate(tx, memberName)
        if (!candidate) throw notFound()
        const callerId = userIdOf(performer.actor)
        const leaving = { teamId: team.id, userId: candidate.id }
        const loss = await findAdminLoss(tx, owner.id, leaving, callerId)
        if (!(await deleteTeamMember(tx, team.id, memberKey(candidate)))) {
          throw modelRefused(`User ${memberName} does not belong to team ${teamName}`)
        }
        assertMemberMayLeaveTeam(loss, { team, isCaller: candidate.id === callerId })
        await audit.record(tx, {
          kind: 'org_remove_team_member',
          namespace: owner,
          performer,
          metadata: { member: memberName, team: teamName },
        })
      }),
  }
}
