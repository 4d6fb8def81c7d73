import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { type PolicyOf, policyTag } from '../domain/robot-policy.ts'
import { freshly, ownerOf } from '../plugins/access.ts'
import { CHANGED_SINCE, IfMatchSchema, TAG } from '../schemas/if-match.ts'
import {
  presentPolicy,
  RobotPolicyQuerySchema,
  RobotPolicySchema,
} from '../schemas/robot-policy.ts'
import type { RobotPolicies } from '../services/robots/robot-policies.ts'
import { changeOf } from './changes.ts'
import { organizationAccess, organizationParams } from './organization-params.ts'

interface RobotPolicyRoutesOptions {
  robotPolicies: RobotPolicies
  policyOf: PolicyOf
}

/** What an organization decides about all of its robots. */
export const robotPolicyRoutes: FastifyPluginAsyncZod<RobotPolicyRoutesOptions> = async (
  app,
  { robotPolicies, policyOf },
) => {
  const url = '/api/v1/organization/:orgname/robot-policy'
  const access = organizationAccess('unknown')
  const answerHeaders = { 200: TAG }
  const tags = ['robot']
  const params = organizationParams

  app.get(url, {
    config: { access, answerHeaders },
    schema: {
      operationId: 'getRobotPolicy',
      tags,
      summary: 'What the organization decides about its robots, or what holds for them.',
      params,
      querystring: RobotPolicyQuerySchema,
      response: { 200: RobotPolicySchema },
    },
    handler: async (request, reply) => {
      const owner = ownerOf(request)
      const document = owner.robotPolicy ?? {}
      reply.header('etag', policyTag(document))
      return request.query.effective ? presentPolicy(policyOf(owner)) : document
    },
  })

  app.put(url, {
    // A robot that may change what binds robots could make a stolen credential last.
    config: { access: freshly({ ...access, refused: ['robot'] }), answerHeaders },
    schema: {
      operationId: 'putRobotPolicy',
      tags,
      summary: 'Decide about the robots of the organization.',
      description:
        'Replaces all that was decided before. Each key may be stricter than what the installation decides, never looser. ' +
        'Without `If-Match` it replaces what is there then.',
      params,
      headers: IfMatchSchema,
      body: RobotPolicySchema,
      response: { 200: RobotPolicySchema, ...CHANGED_SINCE },
    },
    handler: async (request, reply) => {
      const { body } = request
      await robotPolicies.replace(ownerOf(request), body, changeOf(request))
      reply.header('etag', policyTag(body))
      return body
    },
  })
}
