import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { ITEM_BODY_LIMIT } from '../plugins/body-limits.ts'
import { NoContent } from '../schemas/responses.ts'
import { toRobotPatch } from '../schemas/robot-change.ts'
import { RobotsChangeSchema, RobotsDeletionSchema } from '../schemas/robots-at-once.ts'
import type { RobotChanges } from '../services/robots/robot-changes.ts'
import type { RobotService } from '../services/robots/robots.ts'
import type { RobotOwners } from './robot-owners.ts'

interface RobotsAtOnceOptions {
  owners: RobotOwners
  robots: RobotService
  robotChanges: RobotChanges
}

const ALL_OR_NONE = 'All of them, or none: where one is refused, the words begin with its name.'

/** What is done with several robots of an owner in one request. */
export const robotsAtOnceRoutes: FastifyPluginAsyncZod<RobotsAtOnceOptions> = async (
  app,
  { owners, robots, robotChanges },
) => {
  const { access, id, possessive, params } = owners
  const tags = ['robot']

  app.post('/robot-changes', {
    config: { access: access.manage },
    bodyLimit: ITEM_BODY_LIMIT,
    schema: {
      operationId: `change${id}Robots`,
      tags,
      summary: `Make the same change of several of the ${possessive} robots.`,
      description: `${ALL_OR_NONE} The change is one that \`PATCH …/robots/{robot_shortname}\` takes.`,
      params,
      body: RobotsChangeSchema,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { robots: names, change } = request.body
      const patch = toRobotPatch(change)
      await robotChanges.changeAll(ownerOf(request), names, patch, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.post('/robot-deletions', {
    config: { access: access.manage },
    schema: {
      operationId: `delete${id}Robots`,
      tags,
      summary: `Delete several of the ${possessive} robots.`,
      description: ALL_OR_NONE,
      params,
      body: RobotsDeletionSchema,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await robots.deleteAll(ownerOf(request), request.body.robots, performerOf(request))
      return reply.code(204).send()
    },
  })
}
