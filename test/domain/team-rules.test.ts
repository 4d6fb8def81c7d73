import { describe, expect, it } from 'vitest'
import {
  assertMemberMayLeave,
  assertMemberMayLeaveTeam,
  assertTeamMayGo,
  assertTeamMayStepDown,
  assertTeamName,
} from '../../src/domain/team-rules.ts'

const TEAM = { id: 'owners-id', name: 'owners' }
const CHANGE = { team: TEAM, organization: 'acme', caller: 'alice' }
/** A change after which everything is well. */
const LOSS = { affectsSomebody: true, leavesSomebody: true, callerTeamIds: [TEAM.id, 'other-id'] }
const NOBODY_LEFT = { ...LOSS, leavesSomebody: false }
const ONLY_TEAM = { ...LOSS, callerTeamIds: [TEAM.id] }
const ONLY_OTHER = { ...LOSS, callerTeamIds: ['other-id'] }
const NOBODY_BEFORE = { affectsSomebody: false, leavesSomebody: false, callerTeamIds: [] }

const refused = (message: string) => expect.objectContaining({ code: 'model_refused', message })

it('a team is called as accounts are', () => {
  expect(() => assertTeamName('owners')).not.toThrow()
  expect(() => assertTeamName('Owners')).toThrow(
    refused(
      'Invalid team name Owners: Namespace must match expression ^([a-z0-9]+(?:[._-][a-z0-9]+)*)$',
    ),
  )
  expect(() => assertTeamName('o')).toThrow(
    refused('Invalid team name o: Team must be between 2 and 255 characters in length'),
  )
})

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
})
