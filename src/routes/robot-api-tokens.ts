import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { freshly, ownerOf } from '../plugins/access.ts'
import { performerOf, userOf } from '../plugins/authentication.ts'
import { PageQuerySchema, presentPage } from '../schemas/paging.ts'
import { NoContent } from '../schemas/responses.ts'
import {
  MadeRobotApiTokenSchema,
  MintableScopesSchema,
  NewRobotApiTokenSchema,
  presentRobotApiToken,
  RobotApiTokenListSchema,
  toNewRobotApiToken,
} from '../schemas/robot-api-token.ts'
import type { RobotApiTokens } from '../services/robots/robot-api-tokens.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'

interface RobotApiTokenRoutesOptions {
  owners: RobotOwners
  robotApiTokens: RobotApiTokens
}

/** API tokens that act as a robot. */
export const robotApiTokenRoutes: FastifyPluginAsyncZod<RobotApiTokenRoutesOptions> = async (
  app,
  { owners, robotApiTokens },
) => {
  const { id, possessive } = owners
  const config = { access: owners.access.apiTokens }
  const tags = ['robot']
  const params = robotParams(owners)

  app.get('/robots/:robot_shortname/mintable-scopes', {
    config,
    schema: {
      operationId: `get${id}RobotMintableScopes`,
      tags,
      summary: `List the scopes that the caller may give API tokens of the ${possessive} robot.`,
      params,
      response: { 200: MintableScopesSchema },
    },
    handler: async (request) => {
      const { robot_shortname: name } = request.params
      const owner = ownerOf(request)
      return { scopes: await robotApiTokens.mintableScopes(owner, name, userOf(request)) }
    },
  })

  app.get('/robots/:robot_shortname/tokens', {
    config,
    schema: {
      operationId: `list${id}RobotApiTokens`,
      tags,
      summary: `List the API tokens of the ${possessive} robot, newest first.`,
      params,
      querystring: PageQuerySchema,
      response: { 200: RobotApiTokenListSchema },
    },
    handler: async (request) => {
      const { robot_shortname: name } = request.params
      const page = await robotApiTokens.list(ownerOf(request), name, request.query.next_page)
      return presentPage('tokens', page, presentRobotApiToken)
    },
  })

  app.post('/robots/:robot_shortname/tokens', {
    config: { access: freshly(owners.access.apiTokens) },
    schema: {
      operationId: `create${id}RobotApiToken`,
      tags,
      summary: `Make an API token that acts as the ${possessive} robot.`,
      description: 'With the token of a user, which must include its scopes.',
      params,
      body: NewRobotApiTokenSchema,
      response: { 200: MadeRobotApiTokenSchema },
    },
    handler: async (request) => {
      const { robot_shortname: name } = request.params
      const made = await robotApiTokens.create(
        ownerOf(request),
        name,
        toNewRobotApiToken(request.body),
        { ...performerOf(request), actor: userOf(request) },
      )
      return { ...presentRobotApiToken(made), token: made.token }
    },
  })

  app.delete('/robots/:robot_shortname/tokens/:token_uuid', {
    config,
    schema: {
      operationId: `delete${id}RobotApiToken`,
      tags,
      summary: `End an API token of the ${possessive} robot.`,
      params: params.extend({ token_uuid: z.string().describe('The UUID of the token') }),
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { robot_shortname: name, token_uuid: uuid } = request.params
      await robotApiTokens.revoke(ownerOf(request), name, uuid, performerOf(request))
      return reply.code(204).send()
    },
  })
}
