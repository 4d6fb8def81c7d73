import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import { type Performer, userIdOf } from '../../domain/actor.ts'
import { notFound } from '../../domain/errors.ts'
import type { Items } from '../../domain/json-pieces.ts'
import { assertMemberMayLeave } from '../../domain/last-admin-rules.ts'
import type { Requester } from '../../domain/limiter.ts'
import type { Owner } from '../../domain/owner.ts'
import { type LongPage, mapPage } from '../../domain/page.ts'
import { MOST_GATHERED } from '../../queries/grants.ts'
import {
  deleteDefaultPermissionsOf,
  findMemberCandidate,
  findMemberDetails,
  listUsersIn,
  type MemberCandidate,
  removeUser,
} from '../../queries/organization-members.ts'
import { lockOrganization } from '../../queries/row-locks.ts'
import { findAdminLoss } from '../../queries/teams.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Belongings } from '../lists/belongings.ts'
import type { LongLists } from '../lists/long-lists.ts'
import { BY_NAME } from '../paging.ts'

/** Somebody who belongs to an organization, or has roles in its repositories. */
export interface OrganizationMember {
  /** Of a robot, the full name. */
  name: string
  isRobot: boolean
  /** Names. */
  teams: Items<string>
  /** Names within the organization, of those in which the member itself has a role. */
  repositories: Items<string>
}

export type OrganizationMemberService = ReturnType<typeof createOrganizationMemberService>

/** The people of an organization: members have a team, collaborators only repositories. */
export function createOrganizationMemberService({
  db,
  audit,
  longLists,
  belongings,
}: {
  db: Db
  audit: AuditLog
  longLists: LongLists
  belongings: Belongings
}) {
  /** @throws {ServiceError} `not_found` */
  async function find(name: string) {
    const candidate = await findMemberCandidate(db, name)
    if (!candidate) throw notFound()
    return candidate
  }

  return {
    /** Users in the order of their names, without robots: those in teams, or those with roles in repositories only. */
    list(
      owner: Owner,
      who: 'members' | 'outsiders',
      nextPage: string | undefined,
      requester: Requester,
    ): LongPage<OrganizationMember> {
      const page = longLists.page(
        { nextPage },
        { order: BY_NAME, read: (slice) => listUsersIn(db, owner.id, who, slice) },
        requester,
      )
      return mapPage(page, (row) => ({
        name: row.name,
        isRobot: false,
        ...belongings.whole({ kind: 'user', id: row.id }, owner.id, row, requester),
      }))
    },

    /** @throws {ServiceError} `not_found` for users without a team here, and for robots of others */
    async get(owner: Owner, name: string, requester: Requester): Promise<OrganizationMember> {
      const candidate = await find(name)
      const details = await findMemberDetails(db, owner.id, candidate, MOST_GATHERED + 1)
      if (!belongs(owner, candidate, details.teams)) throw notFound()
      const holder = { kind: candidate.isRobot ? 'robot' : 'user', id: candidate.id } as const
      const { isRobot } = candidate
      return {
        name: candidate.name,
        isRobot,
        ...belongings.whole(holder, owner.id, details, requester),
      }
    },

    /**
     * Takes a user out of all teams and repositories of the organization, if in any.
     *
     * @throws {ServiceError} `not_found` for no user, `model_refused` where no admin would stay
     */
    remove: (owner: Owner, name: string, performer: Performer) =>
      withTransaction(db, async (tx) => {
        const candidate = await findMemberCandidate(tx, name)
        if (!candidate || candidate.isRobot) throw notFound()
        if (!(await lockOrganization(tx, owner.id))) throw notFound()
        const callerId = userIdOf(performer.actor)
        const loss = await findAdminLoss(tx, owner.id, { userId: candidate.id }, callerId)
        assertMemberMayLeave(loss)
        const { teams, repositories } = await removeUser(tx, owner.id, candidate.id)
        if (teams.length + repositories === 0) return
        await deleteDefaultPermissionsOf(tx, owner.id, candidate.id)
        await audit.record(tx, {
          kind: 'org_remove_team_member',
          namespace: owner,
          performer,
          metadata: { member: name, team: teams.join(', '), repositories },
        })
      }),
  }
}

const belongs = (owner: Owner, candidate: MemberCandidate, teams: string[]) =>
  candidate.isRobot ? candidate.ownerId === owner.id : teams.length > 0
