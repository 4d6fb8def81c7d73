import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { CredentialsQuerySchema, CredentialsResponse } from '../schemas/credentials.ts'
import { API_ERRORS } from '../schemas/errors.ts'
import type { CredentialExport } from '../services/robots/credential-export.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'

interface RobotCredentialsRoutesOptions {
  owners: RobotOwners
  credentialExport: CredentialExport
}

/** A robot's credentials, ready to be pasted. Not in Quay, whose web page writes them. */
export const robotCredentialsRoutes: FastifyPluginAsyncZod<RobotCredentialsRoutesOptions> = async (
  app,
  { owners, credentialExport },
) => {
  app.get('/robots/:robot_shortname/credentials', {
    config: { access: owners.access.manage },
    // It would be recorded as an export, although it returns no credentials.
    exposeHeadRoute: false,
    schema: {
      operationId: `get${owners.id}RobotCredentials`,
      tags: ['robot'],
      summary: `Returns the credentials of the ${owners.possessive} robot as clients take them.`,
      description: 'They hold the static token. That they were taken, and by whom, is logged.',
      params: robotParams(owners),
      querystring: CredentialsQuerySchema,
      response: { 200: CredentialsResponse, ...API_ERRORS },
    },
    handler: async (request, reply) => {
      const { mediaType, text } = await credentialExport.write(
        ownerOf(request),
        request.params.robot_shortname,
        request.query.format,
        performerOf(request),
      )
      return reply.type(`${mediaType}; charset=utf-8`).send(text)
    },
  })
}
