import { withTransaction } from '../../db/transactions.ts'
import type { Db } from '../../db/types.ts'
import type { Origin } from '../../domain/actor.ts'
import { ServiceError } from '../../domain/errors.ts'
import { isSuperuserBy, type SignInRules, teamsBy } from '../../domain/sign-in-rules.ts'
import { findTeamMemberships, type LinkedUser } from '../../queries/external-logins.ts'
import { updateUser } from '../../queries/users.ts'
import type { TeamMemberService } from '../accounts/team-members.ts'
import type { AuditLog } from '../audit/audit-log.ts'

interface GroupMembersDeps {
  db: Db
  teamMembers: TeamMemberService
  audit: AuditLog
}

export type GroupMembers = ReturnType<typeof createGroupMembers>

/** Makes of the groups that a user has at a provider what the rules say: teams here, and whether the user is a superuser. */
export function createGroupMembers({ db, teamMembers, audit }: GroupMembersDeps) {
  /** Ends sessions of the user where it changes something. */
  const setSuperuser = (user: LinkedUser, superuser: boolean, origin: Origin) =>
    withTransaction(db, async (tx) => {
      await updateUser(tx, user.id, { superuser })
      await audit.record(tx, {
        kind: 'user_change_superuser',
        namespace: { id: user.id, name: user.name },
        performer: { ...origin, user },
        metadata: { username: user.name, superuser },
      })
    })

  async function joinAndLeave(
    user: LinkedUser,
    rules: SignInRules,
    groups: readonly string[],
    origin: Origin,
  ) {
    const wanted = teamsBy(rules, groups)
    if (wanted.length === 0) return
    const found = await findTeamMemberships(db, user.id, wanted)
    for (const { organizationId, organization, team, isMember } of found) {
      const rule = wanted.find((one) => one.organization === organization && one.team === team)
      if (!rule || rule.isMember === isMember) continue
      const change = rule.isMember ? teamMembers.add : teamMembers.remove
      const owner = { id: organizationId, name: organization }
      await change(owner, team, user.name, { ...origin, user }).catch(unlessRefused)
    }
  }

  return {
    /**
     * Teams that are not there are passed over. The only administrator of an organization stays.
     *
     * @returns the user as it is then
     */
    async apply(
      user: LinkedUser,
      rules: SignInRules,
      groups: readonly string[],
      origin: Origin,
    ): Promise<LinkedUser> {
      await joinAndLeave(user, rules, groups, origin)
      const superuser = isSuperuserBy(rules, groups)
      if (superuser === undefined || superuser === user.superuser) return user
      await setSuperuser(user, superuser, origin)
      return { ...user, superuser }
    },
  }
}

/** Another log-in has done it meanwhile, the team has gone, or somebody must stay. */
function unlessRefused(error: unknown) {
  if (!(error instanceof ServiceError)) throw error
}
