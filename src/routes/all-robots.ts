import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { SUPERUSER } from '../plugins/access.ts'
import { presentPage } from '../schemas/paging.ts'
import { AllRobotsQuerySchema, presentRobotOfAll, RobotListSchema } from '../schemas/robot.ts'
import type { RobotLists } from '../services/robots/robot-lists.ts'

/** The robots of all users and organizations, for superusers; without their tokens. */
export const allRobotsRoutes: FastifyPluginAsyncZod<{ robotLists: RobotLists }> = async (
  app,
  { robotLists },
) => {
  app.get('/api/v1/superuser/robots', {
    config: { access: SUPERUSER },
    schema: {
      operationId: 'listAllRobots',
      tags: ['superuser'],
      summary: 'List the robots of all users and organizations, without their tokens.',
      description: 'By short name, and of one name by creation, or in the order of the parameters.',
      querystring: AllRobotsQuerySchema,
      response: { 200: RobotListSchema },
    },
    handler: async (request) => {
      const { limit, next_page: nextPage, details: withDetails, ...search } = request.query
      const page = await robotLists.all({ limit, nextPage, withDetails, search })
      return presentPage('robots', page, presentRobotOfAll)
    },
  })
}
