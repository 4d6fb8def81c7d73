import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { SUPERUSER } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { presentPage } from '../schemas/paging.ts'
import { NoContent } from '../schemas/responses.ts'
import { presentRetiredName, RetiredNameListSchema } from '../schemas/retired-name.ts'
import { AccountListQuerySchema, nameSearchOf } from '../schemas/superuser-user.ts'
import type { RetiredNames } from '../services/accounts/retired-names.ts'

/** Names of deleted and renamed accounts, and of deleted repositories. */
export const retiredNameRoutes: FastifyPluginAsyncZod<{ retiredNames: RetiredNames }> = async (
  app,
  { retiredNames },
) => {
  const tags = ['superuser']
  const config = { access: SUPERUSER }

  app.get('/api/v1/superuser/retired-names', {
    config,
    schema: {
      operationId: 'listRetiredNames',
      tags,
      summary: 'List the names under which a registry may still keep images.',
      description:
        'Names of users, organizations and repositories that were deleted or renamed, by name. Only who administered ' +
        'an organization then may take its name again, and only administrators of its namespace that of a repository.',
      querystring: AccountListQuerySchema,
      response: { 200: RetiredNameListSchema },
    },
    handler: async (request) => {
      const page = await retiredNames.list(nameSearchOf(request.query))
      return presentPage('names', page, presentRetiredName)
    },
  })

  app.delete('/api/v1/superuser/retired-names/:name', {
    config,
    schema: {
      operationId: 'releaseRetiredName',
      tags,
      summary: 'Let anybody take a retired name.',
      description:
        'Delete the images under it first: whoever takes the name gets them. Names of repositories below that of a ' +
        'namespace stay retired.',
      params: z.object({
        name: z
          .string()
          .describe(
            '`namespace` or `namespace/repository`; the slashes may be written as they are, or `%2F`',
          ),
      }),
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await retiredNames.release(request.params.name, performerOf(request))
      return reply.code(204).send()
    },
  })
}
