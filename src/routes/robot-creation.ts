import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { freshly, ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { ITEM_BODY_LIMIT, LONG_BODY_LIMIT } from '../plugins/body-limits.ts'
import { optionalBody } from '../schemas/common.ts'
import { answeredWith, refusal } from '../schemas/responses.ts'
import { CreatedRobotSchema, CreateRobotSchema, presentCreatedRobot } from '../schemas/robot.ts'
import { toWholeRobot, WholeRobotSchema } from '../schemas/robot-creation.ts'
import { NewRobotQuerySchema } from '../schemas/robot-secret.ts'
import type { RobotCreation } from '../services/robots/robot-creation.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'

interface RobotCreationOptions {
  owners: RobotOwners
  createRobot: RobotCreation
}

/** Makes robots: as Quay does, or with all that is said of them. */
export const robotCreationRoutes: FastifyPluginAsyncZod<RobotCreationOptions> = async (
  app,
  { owners, createRobot },
) => {
  const { access, id, possessive } = owners
  const tags = ['robot']

  app.put('/robots/:robot_shortname', {
    config: { access: freshly(access.manage, { unlessFalse: 'secret' }) },
    bodyLimit: LONG_BODY_LIMIT,
    schema: {
      operationId: `create${id}Robot`,
      tags,
      summary: `Create a new ${possessive} robot with the specified name.`,
      params: robotParams(owners),
      querystring: NewRobotQuerySchema,
      body: optionalBody(CreateRobotSchema),
      response: {
        ...answeredWith(owners.createdStatus, CreatedRobotSchema),
      },
    },
    handler: async (request, reply) => {
      const { description, unstructured_metadata: unstructuredMetadata } = request.body ?? {}
      const { robot_shortname: name } = request.params
      const { secret: hasSecret, expires_in: expiresIn } = request.query
      const given = { name, description, unstructuredMetadata, hasSecret, expiresIn }
      const robot = await createRobot(ownerOf(request), given, performerOf(request))
      return reply.code(owners.createdStatus).send(presentCreatedRobot(robot))
    },
  })

  app.post('/robots', {
    // It may say which identities are trusted.
    config: { access: freshly(access.manage), quayAllows: 'GET, HEAD' },
    bodyLimit: ITEM_BODY_LIMIT,
    schema: {
      operationId: `make${id}Robot`,
      tags,
      summary: `Make a new ${possessive} robot with its labels, expiry, permissions and federation entries.`,
      description: 'All of it, or nothing: whatever is refused, there is no robot afterwards.',
      params: owners.params,
      querystring: NewRobotQuerySchema,
      body: WholeRobotSchema,
      response: { 201: CreatedRobotSchema, 405: refusal('There is no body') },
    },
    handler: async (request, reply) => {
      const { secret: hasSecret, expires_in: expiresIn } = request.query
      const given = { ...toWholeRobot(request.body), hasSecret, expiresIn }
      const robot = await createRobot(ownerOf(request), given, performerOf(request))
      return reply.code(201).send(presentCreatedRobot(robot))
    },
  })
}
