import { answerOf } from '../api/answer-of.ts'
import { ownerApi } from '../api/owner.ts'
import type { components } from '../generated/openapi.d.ts'
import type { RobotAddress } from '../robot/robot-query.ts'

/** What an exchange of the token, or of one with the claims, would come to. */
export const testToken = (
  { owner, robot }: RobotAddress,
  body: components['schemas']['FederationTest'],
): Promise<components['schemas']['FederationTestReport']> =>
  answerOf(
    ownerApi(owner).POST('/robots/{robot_shortname}/federation/test', {
      params: { path: { robot_shortname: robot } },
      body,
    }),
  )
