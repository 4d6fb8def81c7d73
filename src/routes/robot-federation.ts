import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { freshly, ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { LONG_BODY_LIMIT } from '../plugins/body-limits.ts'
import { detailsFlag } from '../schemas/common.ts'
import {
  FederationConfigSchema,
  NewFederationConfigSchema,
  presentEntries,
  toEntries,
} from '../schemas/federation.ts'
import { answeredWith, NoContent } from '../schemas/responses.ts'
import type { EntryReview } from '../services/federation/entry-review.ts'
import type { FederationService } from '../services/federation/robot-federation.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'
import { logWarnings } from './warning-log.ts'

const DetailsQuerySchema = z.object({
  details: detailsFlag('Also `id` and `version` of each entry.'),
})

interface RobotFederationRoutesOptions {
  owners: RobotOwners
  federation: FederationService
  entryReview: EntryReview
}

/** Which external identities may act as a robot. */
export const robotFederationRoutes: FastifyPluginAsyncZod<RobotFederationRoutesOptions> = async (
  app,
  { owners, federation, entryReview },
) => {
  const { id, possessive } = owners
  const url = '/robots/:robot_shortname/federation'
  const { federation: read, setFederation } = owners.access
  const change = freshly(setFederation)
  const tags = ['federation']
  const params = robotParams(owners)

  app.get(url, {
    config: { access: read },
    schema: {
      operationId: `get${id}RobotFederation`,
      tags,
      summary: `Retrieve the federation configuration of the ${possessive} robot.`,
      params,
      querystring: DetailsQuerySchema,
      response: { 200: FederationConfigSchema },
    },
    handler: async (request) => {
      const entries = await federation.get(ownerOf(request), request.params.robot_shortname)
      return presentEntries(entries, request.query.details)
    },
  })

  app.post(url, {
    config: { access: change },
    bodyLimit: LONG_BODY_LIMIT,
    schema: {
      operationId: `create${id}RobotFederation`,
      tags,
      summary: `Replace the federation configuration of the ${possessive} robot.`,
      params,
      querystring: DetailsQuerySchema,
      body: NewFederationConfigSchema,
      response: answeredWith(owners.setFederationStatus, FederationConfigSchema),
    },
    handler: async (request, reply) => {
      const owner = ownerOf(request)
      const robot = request.params.robot_shortname
      const posted = toEntries(request.body)
      const entries = await federation.set(owner, robot, posted, performerOf(request))
      logWarnings(request, await entryReview.review({ owner, robot }, entries))
      const answer = presentEntries(entries, request.query.details)
      return reply.code(owners.setFederationStatus).send(answer)
    },
  })

  app.delete(url, {
    config: { access: change },
    schema: {
      operationId: `delete${id}RobotFederation`,
      tags,
      summary: `Delete the federation configuration of the ${possessive} robot.`,
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { robot_shortname: name } = request.params
      await federation.clear(ownerOf(request), name, performerOf(request))
      return reply.code(204).send()
    },
  })
}
