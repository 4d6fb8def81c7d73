import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ownerOf } from '../plugins/access.ts'
import { originOf } from '../plugins/authentication.ts'
import {
  FederationReportSchema,
  FederationTestSchema,
  presentReport,
  toTestInput,
} from '../schemas/federation-test.ts'
import type { FederationTest } from '../services/federation/federation-test.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'

interface FederationTestRoutesOptions {
  owners: RobotOwners
  federationTest: FederationTest
}

/** What an exchange would come to (docs/federation.md). */
export const federationTestRoutes: FastifyPluginAsyncZod<FederationTestRoutesOptions> = async (
  app,
  { owners, federationTest },
) => {
  app.post('/robots/:robot_shortname/federation/test', {
    config: { access: owners.access.federation },
    schema: {
      operationId: `test${owners.id}RobotFederation`,
      tags: ['federation'],
      summary: `Say whether a token could be exchanged for one of the ${owners.possessive} robot, and why not.`,
      description: 'Issues nothing, stores nothing, and leaves no trace of the token in the log.',
      params: robotParams(owners),
      body: FederationTestSchema,
      response: { 200: FederationReportSchema },
    },
    handler: async (request) => {
      const key = { owner: ownerOf(request), robot: request.params.robot_shortname }
      const input = toTestInput(request.body)
      return presentReport(await federationTest.test(key, input, originOf(request)))
    },
  })
}
