import { withTransaction } from '../../db/client.ts'
import type { Db } from '../../db/types.ts'
import { type Performer, userIdOf } from '../../domain/actor.ts'
import { notFound } from '../../domain/errors.ts'
import type { Owner } from '../../domain/owner.ts'
import { assertMemberMayLeave } from '../../domain/team-rules.ts'
import {
  findMemberCandidate,
  findMemberDetails,
  listMemberTeams,
  listUserRepositories,
  type MemberCandidate,
  type MemberDetail,
  removeUser,
} from '../../queries/organization-members.ts'
import { lockOrganization } from '../../queries/organizations.ts'
import { findAdminLoss } from '../../queries/teams.ts'
import type { AuditLog } from '../audit/audit-log.ts'

export type OrganizationMemberService = ReturnType<typeof createOrganizationMemberService>

/** The people of an organization: members have a team, collaborators only repositories. */
export function createOrganizationMemberService({ db, audit }: { db: Db; audit: AuditLog }) {
  /** @throws {ServiceError} `not_found` */
  async function find(name: string) {
    const candidate = await findMemberCandidate(db, name)
    if (!candidate) throw notFound()
    return candidate
  }

  return {
    /** Users by name, without robots. */
    async list(owner: Owner) {
      const [teams, repositories] = await Promise.all([
        listMemberTeams(db, owner.id),
        listUserRepositories(db, owner.id, 'members'),
      ])
      const repositoriesOf = gather(repositories)
      return [...gather(teams).values()].map(({ name, details }) => ({
        name,
        teams: details,
        repositories: repositoriesOf.get(name)?.details ?? [],
      }))
    },

    /** @throws {ServiceError} `not_found` for users without a team here, and for robots of others */
    async get(owner: Owner, name: string) {
      const candidate = await find(name)
      const details = await findMemberDetails(db, owner.id, candidate)
      if (!belongs(owner, candidate, details.teams)) throw notFound()
      return { ...candidate, ...details }
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
        const { teams, repositories } = await findMemberDetails(tx, owner.id, candidate)
        if (teams.length + repositories.length === 0) return
        await removeUser(tx, owner.id, candidate.id)
        await audit.record(tx, {
          kind: 'org_remove_team_member',
          namespace: owner,
          performer,
          metadata: { member: name, team: teams.join(', '), repositories: repositories.length },
        })
      }),

    /** Users by name who have repositories here, but no team. */
    collaborators: async (owner: Owner) =>
      [...gather(await listUserRepositories(db, owner.id, 'outsiders')).values()].map(
        ({ name, details }) => ({ name, repositories: details }),
      ),
  }
}

/** One entry per user, in the order of the rows. */
function gather(rows: MemberDetail[]) {
  const users = new Map<string, { name: string; details: string[] }>()
  for (const { name, detail } of rows) {
    const user = users.get(name) ?? { name, details: [] }
    users.set(name, user)
    user.details.push(detail)
  }
  return users
}

const belongs = (owner: Owner, candidate: MemberCandidate, teams: string[]) =>
  candidate.isRobot ? candidate.ownerId === owner.id : teams.length > 0
