import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { CREDENTIAL_FORMATS } from '../domain/credential-formats.ts'
import { freshly, ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import {
  CREDENTIALS_OPERATIONS,
  CredentialsQuerySchema,
  RegistryQuerySchema,
} from '../schemas/credentials.ts'
import { refusal } from '../schemas/responses.ts'
import type { CredentialExport } from '../services/robots/credential-export.ts'
import { type RobotOwners, robotParams } from './robot-owners.ts'

interface RobotCredentialsRoutesOptions {
  owners: RobotOwners
  credentialExport: CredentialExport
}

/** A robot's credentials, ready to be pasted. Quay has no such operations: its web page makes these texts. */
export const robotCredentialsRoutes: FastifyPluginAsyncZod<RobotCredentialsRoutesOptions> = async (
  app,
  { owners, credentialExport },
) => {
  const url = '/robots/:robot_shortname/credentials'
  const options = {
    config: { access: freshly(owners.access.manage) },
    // A HEAD request would be written to the log as an export, although it returns no credentials.
    exposeHeadRoute: false,
  }
  const params = robotParams(owners)

  for (const format of CREDENTIAL_FORMATS) {
    const { id, form, mediaType, schema } = CREDENTIALS_OPERATIONS[format]
    app.get(`${url}/${format}`, {
      ...options,
      schema: {
        operationId: `get${owners.id}Robot${id}`,
        tags: ['robot'],
        summary: `Returns the credentials of the ${owners.possessive} robot as ${form}.`,
        description:
          'They hold the static token. That they were taken, and by whom, is logged. ' +
          `\`…/credentials?format=${format}\` answers the same.`,
        params,
        querystring: RegistryQuerySchema,
        response: {
          200: { description: 'The credentials', content: { [mediaType]: { schema } } },
          409: refusal(
            'Secrets are shown when they are made, and not again; or the robot has none',
          ),
        },
      },
      handler: async (request, reply) => {
        const { robot_shortname: name } = request.params
        const { text } = await credentialExport.write(
          ownerOf(request),
          name,
          { format, registry: request.query.registry },
          performerOf(request),
        )
        return reply.type(`${mediaType}; charset=utf-8`).send(text)
      },
    })
  }

  // Left out of the OpenAPI document, in which each operation answers in one media type.
  app.get(url, {
    ...options,
    schema: { hide: true, params, querystring: CredentialsQuerySchema },
    handler: async (request, reply) => {
      const { mediaType, text } = await credentialExport.write(
        ownerOf(request),
        request.params.robot_shortname,
        request.query,
        performerOf(request),
      )
      return reply.type(`${mediaType}; charset=utf-8`).send(text)
    },
  })
}
