import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { beforeFirst, mapPieces } from '../domain/json-text.ts'
import type { Profile } from '../domain/profile.ts'
import { ownerOf } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import { LONG_BODY_LIMIT } from '../plugins/body-parser.ts'
import { sendJson } from '../plugins/long-answers.ts'
import { optionalBody } from '../schemas/common.ts'
import { presentGrant } from '../schemas/grants.ts'
import { presentPage } from '../schemas/paging.ts'
import { answeredWith, NoContent } from '../schemas/responses.ts'
import {
  CreateRobotSchema,
  DetailedRobotSchema,
  presentDetailedRobot,
  presentListedRobot,
  presentRobot,
  RobotListQuerySchema,
  RobotListSchema,
  RobotPermissionsSchema,
  RobotSchema,
} from '../schemas/robot.ts'
import type { Reveals } from '../services/audit/reveals.ts'
import type { RobotLists } from '../services/robots/robot-lists.ts'
import type { RobotService } from '../services/robots/robots.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'

interface RobotRoutesOptions {
  owners: RobotOwners
  robots: RobotService
  robotLists: RobotLists
  reveals: Reveals
  profile: Profile
}

/** Robot accounts of a user or of an organization: one implementation, registered for each. */
export const robotRoutes: FastifyPluginAsyncZod<RobotRoutesOptions> = async (app, options) => {
  const { owners, robots, robotLists, reveals, profile } = options
  const { access, id, possessive } = owners
  const tags = ['robot']
  const params = robotParams(owners)

  app.get('/robots', {
    config: { access: access.list },
    schema: {
      operationId: `get${id}Robots`,
      tags,
      summary: `List the ${possessive} robots.`,
      params: owners.params,
      querystring: RobotListQuerySchema,
      response: { 200: RobotListSchema },
    },
    handler: async (request, reply) => {
      const { limit, token, permissions, next_page } = request.query
      const isAdmin = request.ownerRole === 'admin'
      const options = {
        limit,
        nextPage: next_page,
        withToken: token && isAdmin,
        withPermissions: permissions && isAdmin,
      }
      const requester = requesterOf(request, reply)
      const page = robotLists.list(ownerOf(request), options, requester)
      const note = () =>
        reveals.note({
          kind: 'reveal_robot_tokens',
          namespace: ownerOf(request),
          metadata: {},
          performer: performerOf(request),
        })
      const items = options.withToken ? beforeFirst(page.items, note) : page.items
      return sendJson(request, reply, presentPage('robots', { ...page, items }, presentListedRobot))
    },
  })

  app.get('/robots/:robot_shortname', {
    config: { access: access.manage },
    schema: {
      operationId: `get${id}Robot`,
      tags,
      summary: `Returns the ${possessive} robot with the specified name.`,
      params,
      response: { 200: DetailedRobotSchema },
    },
    handler: async (request) => {
      const { robot_shortname: name } = request.params
      return presentDetailedRobot(await robots.get(ownerOf(request), name, performerOf(request)))
    },
  })

  app.put('/robots/:robot_shortname', {
    config: { access: access.manage },
    bodyLimit: LONG_BODY_LIMIT,
    schema: {
      operationId: `create${id}Robot`,
      tags,
      summary: `Create a new ${possessive} robot with the specified name.`,
      params,
      body: optionalBody(CreateRobotSchema),
      response: {
        ...answeredWith(owners.createdStatus, DetailedRobotSchema),
      },
    },
    handler: async (request, reply) => {
      const { description, unstructured_metadata: unstructuredMetadata } = request.body ?? {}
      const robot = await robots.create(
        ownerOf(request),
        request.params.robot_shortname,
        { description, unstructuredMetadata },
        performerOf(request),
      )
      return reply.code(owners.createdStatus).send(presentDetailedRobot(robot))
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

  app.post('/robots/:robot_shortname/regenerate', {
    config: { access: access.manage },
    schema: {
      operationId: `regenerate${id}RobotToken`,
      tags,
      summary: `Regenerates the token for the ${possessive} robot.`,
      params,
      response: answeredWith(profile.regenerateStatus, RobotSchema),
    },
    handler: async (request, reply) => {
      const { robot_shortname: name } = request.params
      const robot = await robots.regenerate(ownerOf(request), name, performerOf(request))
      return reply.code(profile.regenerateStatus).send(presentRobot(robot))
    },
  })

  app.get('/robots/:robot_shortname/permissions', {
    config: { access: access.permissions },
    schema: {
      operationId: `get${id}RobotPermissions`,
      tags,
      summary: `Returns the list of repository permissions for the ${possessive} robot.`,
      params,
      response: { 200: RobotPermissionsSchema },
    },
    handler: async (request, reply) => {
      const { robot_shortname: name } = request.params
      const grants = await robotLists.grants(ownerOf(request), name, requesterOf(request, reply))
      return sendJson(request, reply, { permissions: mapPieces(grants, presentGrant) })
    },
  })
}
