import { describe, expect, it } from 'vitest'
import {
  assertMemberMayLeave,
  assertMemberMayLeaveTeam,
  assertTeamMayGo,
  assertTeamMayStepDown,
  assertUserMayGo,
} from '../../src/domain/last-admin-rules.ts'

const TEAM = { id: 'owners-id', name: 'owners' }
const CHANGE = { team: TEAM, organization: 'acme', caller: 'alice' }
/** A change after which everything is well. */
const LOSS = { affectsSomebody: true, leavesSomebody: true, callerTeamIds: [TEAM.id, 'other-id'] }
const NOBODY_LEFT = { ...LOSS, leavesSomebody: false }
const ONLY_TEAM = { ...LOSS, callerTeamIds: [TEAM.id] }
const ONLY_OTHER = { ...LOSS, callerTeamIds: ['other-id'] }
const NOBODY_BEFORE = { affectsSomebody: false, leavesSomebody: false, callerTeamIds: [] }

const refused = (message: string) => expect.objectContaining({ code: 'model_refused', message })

describe('an organization keeps an administrator', () => {
  it.each([LOSS, ONLY_OTHER, NOBODY_BEFORE])('and its caller one: %j', (loss) => {
    expect(() => assertTeamMayGo(loss, CHANGE)).not.toThrow()
    expect(() => assertTeamMayStepDown(loss, CHANGE)).not.toThrow()
    expect(() => assertMemberMayLeaveTeam(loss, { team: TEAM, isCaller: true })).not.toThrow()
    expect(() => assertMemberMayLeave(loss)).not.toThrow()
  })

  it('when a team goes', () => {
    expect(() => assertTeamMayGo(ONLY_TEAM, CHANGE)).toThrow(
      refused(
        "Deleting team 'owners' would remove admin ability for user 'alice' in organization 'acme'",
      ),
    )
    expect(() => assertTeamMayGo(NOBODY_LEFT, CHANGE)).toThrow(
      refused("Deleting team 'owners' would leave organization 'acme' without an admin"),
    )
  })

  it('when a team steps down', () => {
    expect(() => assertTeamMayStepDown(ONLY_TEAM, CHANGE)).toThrow(
      refused(
        "Cannot remove admin from team 'owners' because calling user would no longer have admin on org 'acme'",
      ),
    )
    expect(() => assertTeamMayStepDown(NOBODY_LEFT, CHANGE)).toThrow(
      refused(
        "Cannot remove admin from team 'owners' because org 'acme' would no longer have an admin",
      ),
    )
  })

  it('when a member leaves', () => {
    const leaving = { team: TEAM, isCaller: true }
    expect(() => assertMemberMayLeaveTeam(ONLY_TEAM, leaving)).toThrow(
      refused('User cannot remove themselves from their only admin team.'),
    )
    expect(() => assertMemberMayLeaveTeam(ONLY_TEAM, { ...leaving, isCaller: false })).not.toThrow()
    const onlyAdmin = refused('Cannot remove user as they are the only organization admin')
    expect(() => assertMemberMayLeaveTeam(NOBODY_LEFT, leaving)).toThrow(onlyAdmin)
    expect(() => assertMemberMayLeave(NOBODY_LEFT)).toThrow(onlyAdmin)
  })

  it('when a user is deleted', () => {
    expect(() => assertUserMayGo('alice', [])).not.toThrow()
    expect(() => assertUserMayGo('alice', ['acme', 'beta'])).toThrow(
      refused('Cannot delete alice as the only admin for organizations: acme, beta'),
    )
  })
})
