import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { originOf, userOf } from '../plugins/authentication.ts'
import { NoContent } from '../schemas/responses.ts'
import { PasswordChangeSchema } from '../schemas/user.ts'
import type { OwnPassword } from '../services/accounts/own-password.ts'

/** The password of the user who calls. */
export const ownPasswordRoutes: FastifyPluginAsyncZod<{ ownPassword: OwnPassword }> = async (
  app,
  { ownPassword },
) => {
  app.put('/api/v1/user/password', {
    config: { access: { kind: 'user', scopes: [['user:admin']] } },
    schema: {
      operationId: 'changeUserPassword',
      tags: ['user'],
      summary: 'Change the password of the user.',
      description:
        'It ends log-ins with the old one, and nothing else unless `end_tokens` says so.',
      body: PasswordChangeSchema,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { current, new: next, end_tokens: endTokens = false } = request.body
      const performer = { actor: userOf(request), ...originOf(request) }
      await ownPassword.change({ current, next, endTokens }, performer)
      return reply.code(204).send()
    },
  })
}
