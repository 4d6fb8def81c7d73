import { expect, it } from 'vitest'
import { isReplayable } from './operations.ts'
import { TRANSCRIPTS } from './transcripts.ts'

/** They need teams, members, repositories, permissions, prototypes, DELETE of organizations. */
const LEFT_OUT = [
  'error-shapes/message-object',
  'error-shapes/unauthenticated-writes',
  'federation-config/authorization-organization',
  'federation-exchange/exchange-and-use',
  'organizations-teams/create-organization',
  'organizations-teams/read-organization',
  'organizations-teams/delete-organization',
  'organizations-teams/create-and-update-team',
  'organizations-teams/team-refused',
  'organizations-teams/delete-team',
  'organizations-teams/members',
  'organizations-teams/members-refused',
  'organizations-teams/member-list-visibility',
  'organizations-teams/team-role-changes-take-effect',
  'organizations-teams/team-permissions',
  'organizations-teams/organization-members',
  'robots-org/list-with-teams-and-repositories',
  'robots-org/list-as-member',
  'robots-org/list-as-creator',
  'robots-org/member-is-limited-to-the-list',
  'robots-org/admin-team-member',
  'robots-org/creator-scope-lists-robots',
  'robots-org/delete-clears-memberships',
  'robots-org/deleting-an-organization',
  'robots-permissions/direct-grants-of-a-user-robot',
  'robots-permissions/direct-grants-of-an-organization-robot',
  'robots-permissions/grants-through-a-team-are-left-out',
  'robots-permissions/public-repositories-need-a-grant-to-be-listed',
  'robots-permissions/other-robots-are-not-affected',
  'robots-permissions/default-permissions-grant-new-repositories',
  'robots-permissions/deleted-repository',
  'v2-auth/robot-without-grant',
  'v2-auth/robot-read',
  'v2-auth/robot-write',
  'v2-auth/robot-admin',
  'v2-auth/robot-grant-through-a-team',
  'v2-auth/public-repositories',
  'v2-auth/anonymous',
  'v2-auth/malformed-scopes',
  'v2-auth/several-scopes',
  'v2-auth/oauth-token',
  'v2-auth/user-and-password',
  'v2-auth/robot-short-lived-token',
  'v2-auth/push-to-a-new-repository',
]

it('leaves out the scenarios that call operations of a later version, and no others', () => {
  const leftOut = TRANSCRIPTS.flatMap(({ topic, scenarios }) =>
    scenarios
      .filter((scenario) => !isReplayable(scenario))
      .map((scenario) => `${topic}/${scenario.id}`),
  )
  expect(leftOut).toEqual(LEFT_OUT)
})
