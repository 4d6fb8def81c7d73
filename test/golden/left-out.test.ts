import { expect, it } from 'vitest'
import { isReplayable } from './operations.ts'
import { TRANSCRIPTS } from './transcripts.ts'

/** They need teams, members, repositories, permissions, prototypes, DELETE of organizations, POST /v2/auth. */
const LEFT_OUT = [
  'error-shapes/unauthenticated-writes',
  'federation-exchange/exchange-and-use',
  'organizations-teams/team-permissions',
  'robots-org/list-with-teams-and-repositories',
  'robots-org/delete-clears-memberships',
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
  'v2-auth/method',
]

it('leaves out the scenarios that call operations of a later version, and no others', () => {
  const leftOut = TRANSCRIPTS.flatMap(({ topic, scenarios }) =>
    scenarios
      .filter((scenario) => !isReplayable(scenario))
      .map((scenario) => `${topic}/${scenario.id}`),
  )
  expect(leftOut).toEqual(LEFT_OUT)
})
