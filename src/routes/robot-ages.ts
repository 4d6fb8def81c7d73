import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ownerOf } from '../plugins/access.ts'
import { RobotAgesSchema } from '../schemas/robot-ages.ts'
import type { RobotAgeService } from '../services/robots/robot-ages.ts'
import type { RobotOwners } from './robot-owners.ts'

interface RobotAgeRoutesOptions {
  owners: RobotOwners
  robotAges: RobotAgeService
}

/** How long ago the robots of an owner were used, and their secrets made. */
export const robotAgeRoutes: FastifyPluginAsyncZod<RobotAgeRoutesOptions> = async (
  app,
  { owners, robotAges },
) => {
  app.get('/robot-ages', {
    config: { access: owners.access.manage },
    schema: {
      operationId: `get${owners.id}RobotAges`,
      tags: ['robot'],
      summary: `Count the ${owners.possessive} robots by their last use, and their secrets by age.`,
      params: owners.params,
      response: { 200: RobotAgesSchema },
    },
    handler: async (request) => robotAges.of(ownerOf(request)),
  })
}
