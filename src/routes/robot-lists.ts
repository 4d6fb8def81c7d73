import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { mapPieces } from '../domain/json-pieces.ts'
import { assertMaySearch, seenInRobotList } from '../domain/robot-visibility.ts'
import { freshly, ownerOf } from '../plugins/access.ts'
import { performerOf, requesterOf } from '../plugins/authentication.ts'
import { sendJson } from '../plugins/long-answers.ts'
import { presentAccess, RobotAccessSchema } from '../schemas/effective-access.ts'
import { presentGrant } from '../schemas/grants.ts'
import { PageQuerySchema, presentPage } from '../schemas/paging.ts'
import {
  presentListedRobot,
  RobotListQuerySchema,
  RobotListSchema,
  RobotPermissionsSchema,
} from '../schemas/robot.ts'
import type { EffectiveAccess } from '../services/repositories/effective-access.ts'
import type { RobotLists } from '../services/robots/robot-lists.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'

interface RobotListRoutesOptions {
  owners: RobotOwners
  robotLists: RobotLists
  effectiveAccess: EffectiveAccess
}

/** The robots of a user or of an organization, and what each may do. */
export const robotListRoutes: FastifyPluginAsyncZod<RobotListRoutesOptions> = async (
  app,
  { owners, robotLists, effectiveAccess },
) => {
  const { access, id, possessive } = owners
  const tags = ['robot']

  app.get('/robots', {
    config: { access: freshly(access.list, { unlessFalse: 'token' }) },
    schema: {
      operationId: `get${id}Robots`,
      tags,
      summary: `List the ${possessive} robots.`,
      description:
        'All of them by name, or those that the parameters leave, in their order. Members who are no administrators filter ' +
        'and sort by what they see.',
      params: owners.params,
      querystring: RobotListQuerySchema,
      response: { 200: RobotListSchema },
    },
    handler: async (request, reply) => {
      const { limit, next_page: nextPage, token, permissions, details, ...search } = request.query
      const seen = seenInRobotList({ token, permissions, details }, request.ownerRole)
      assertMaySearch(search, request.ownerRole)
      const options = { limit, nextPage, ...seen, search }
      const caller = { requester: requesterOf(request, reply), performer: performerOf(request) }
      const page = robotLists.list(ownerOf(request), options, caller)
      return sendJson(request, reply, presentPage('robots', page, presentListedRobot))
    },
  })

  app.get('/robots/:robot_shortname/permissions', {
    config: { access: access.permissions },
    schema: {
      operationId: `get${id}RobotPermissions`,
      tags,
      summary: `Returns the list of repository permissions for the ${possessive} robot.`,
      params: robotParams(owners),
      response: { 200: RobotPermissionsSchema },
    },
    handler: async (request, reply) => {
      const { robot_shortname: name } = request.params
      const grants = await robotLists.grants(ownerOf(request), name, requesterOf(request, reply))
      return sendJson(request, reply, { permissions: mapPieces(grants, presentGrant) })
    },
  })

  app.get('/robots/:robot_shortname/access', {
    config: { access: access.permissions },
    schema: {
      operationId: `get${id}RobotAccess`,
      tags,
      summary: `Returns what the ${possessive} robot may do in repositories, by itself and through teams.`,
      params: robotParams(owners),
      querystring: PageQuerySchema,
      response: { 200: RobotAccessSchema },
    },
    handler: async (request) => {
      const { robot_shortname: name } = request.params
      const { next_page: nextPage } = request.query
      const page = await effectiveAccess.ofRobot(ownerOf(request), name, nextPage)
      return presentPage('access', page, presentAccess)
    },
  })
}
