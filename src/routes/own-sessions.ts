import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Access, ownerOf } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { NoContent } from '../schemas/responses.ts'
import { presentListedSession, SessionListSchema } from '../schemas/session.ts'
import type { Sessions } from '../services/logins/sessions.ts'

/** All sessions of the user who calls. */
export const ownSessionRoutes: FastifyPluginAsyncZod<{ sessions: Sessions }> = async (
  app,
  { sessions },
) => {
  const config = { access: { kind: 'user', scopes: [['user:admin']] } as const satisfies Access }
  const tags = ['session']
  const url = '/api/v1/user/sessions'

  app.get(url, {
    config,
    schema: {
      operationId: 'listUserSessions',
      tags,
      summary: 'List the sessions of the user, the newest first.',
      response: { 200: SessionListSchema },
    },
    handler: async (request) => {
      const found = await sessions.list(ownerOf(request))
      const ownId = request.session?.id
      return { sessions: found.map((session) => presentListedSession(session, ownId)) }
    },
  })

  app.delete(url, {
    config,
    schema: {
      operationId: 'endUserSessions',
      tags,
      summary: 'End all sessions of the user but the one that asks.',
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await sessions.endOthers(ownerOf(request), performerOf(request))
      return reply.code(204).send()
    },
  })

  app.delete(`${url}/:session_id`, {
    config,
    schema: {
      operationId: 'endUserSession',
      tags,
      summary: 'End a session of the user.',
      params: z.object({ session_id: z.string().describe('The `id` of the session') }),
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      await sessions.end(ownerOf(request), request.params.session_id, performerOf(request))
      return reply.code(204).send()
    },
  })
}
