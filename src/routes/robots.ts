import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { versionTag } from '../domain/if-match.ts'
import { freshly, ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { ITEM_BODY_LIMIT } from '../plugins/body-limits.ts'
import { CHANGED_SINCE, IfMatchSchema, TAG } from '../schemas/if-match.ts'
import { NoContent, refusal } from '../schemas/responses.ts'
import { presentShownRobot, RobotQuerySchema, ShownRobotSchema } from '../schemas/robot.ts'
import { RobotPatchSchema, toRobotPatch } from '../schemas/robot-change.ts'
import type { RobotChanges } from '../services/robots/robot-changes.ts'
import type { RobotService } from '../services/robots/robots.ts'
import { changeOf } from './changes.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'

interface RobotRoutesOptions {
  owners: RobotOwners
  robots: RobotService
  robotChanges: RobotChanges
}

/** Robot accounts of a user or of an organization: one implementation, registered for each. */
export const robotRoutes: FastifyPluginAsyncZod<RobotRoutesOptions> = async (app, options) => {
  const { owners, robots, robotChanges } = options
  const { access, id, possessive } = owners
  const tags = ['robot']
  const params = robotParams(owners)

  app.get('/robots/:robot_shortname', {
    config: {
      access: freshly(access.manage, { unlessFalse: 'token' }),
      answerHeaders: { 200: TAG },
    },
    schema: {
      operationId: `get${id}Robot`,
      tags,
      summary: `Returns the ${possessive} robot with the specified name.`,
      params,
      querystring: RobotQuerySchema,
      response: { 200: ShownRobotSchema },
    },
    handler: async (request, reply) => {
      const { robot_shortname: name } = request.params
      const { details: withDetails, token: withToken } = request.query
      const shown = { withDetails, withToken }
      const robot = await robots.get(ownerOf(request), name, shown, performerOf(request))
      reply.header('etag', versionTag(robot))
      return presentShownRobot(robot)
    },
  })

  app.patch('/robots/:robot_shortname', {
    config: {
      access: freshly(access.manage, { unlessFalse: 'token' }),
      answerHeaders: { 200: TAG },
      quayAllows: 'DELETE, GET, HEAD, PUT',
    },
    bodyLimit: ITEM_BODY_LIMIT,
    schema: {
      operationId: `change${id}Robot`,
      tags,
      summary: `Change the ${possessive} robot, switch it off or on, or have it expire.`,
      description:
        'A JSON merge patch (RFC 7396). The answer is the robot with all details. Without `If-Match` the change is made to ' +
        'the robot as it is then.',
      params,
      querystring: RobotQuerySchema.pick({ token: true }),
      headers: IfMatchSchema,
      body: RobotPatchSchema,
      response: { 200: ShownRobotSchema, 405: refusal('There is no body'), ...CHANGED_SINCE },
    },
    handler: async (request, reply) => {
      const { robot_shortname: name } = request.params
      const owner = ownerOf(request)
      await robotChanges.change(owner, name, toRobotPatch(request.body), changeOf(request))
      const shown = { withDetails: true, withToken: request.query.token }
      const robot = await robots.get(owner, name, shown, performerOf(request))
      reply.header('etag', versionTag(robot))
      return presentShownRobot(robot)
    },
  })

  app.delete('/robots/:robot_shortname', {
    config: { access: access.delete },
    schema: {
      operationId: `delete${id}Robot`,
      tags,
      summary: `Delete an existing ${possessive} robot.`,
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { robot_shortname: name } = request.params
      await robots.delete(ownerOf(request), name, performerOf(request))
      return reply.code(204).send()
    },
  })
}
