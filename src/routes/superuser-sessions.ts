import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { SUPERUSER } from '../plugins/access.ts'
import { performerOf } from '../plugins/authentication.ts'
import { NoContent } from '../schemas/responses.ts'
import { presentListedSession, SessionListSchema } from '../schemas/session.ts'
import type { SuperuserUserService } from '../services/accounts/superuser-users.ts'
import type { Sessions } from '../services/logins/sessions.ts'

interface SuperuserSessionRoutesOptions {
  sessions: Sessions
  superuserUsers: SuperuserUserService
}

/** Sessions of any user, for superusers. */
export const superuserSessionRoutes: FastifyPluginAsyncZod<SuperuserSessionRoutesOptions> = async (
  app,
  { sessions, superuserUsers },
) => {
  const config = { access: SUPERUSER }
  const tags = ['superuser']
  const params = z.object({ username: z.string().describe('The username of the user') })
  const url = '/api/v1/superuser/users/:username/sessions'

  app.get(url, {
    config,
    schema: {
      operationId: 'listInstallUserSessions',
      tags,
      summary: 'List the sessions of a user, the newest first.',
      params,
      response: { 200: SessionListSchema },
    },
    handler: async (request) => {
      const found = await sessions.list(await superuserUsers.get(request.params.username))
      const ownId = request.session?.id
      return { sessions: found.map((session) => presentListedSession(session, ownId)) }
    },
  })

  app.delete(url, {
    config,
    schema: {
      operationId: 'endInstallUserSessions',
      tags,
      summary: 'End all sessions of a user, but the one that asks.',
      params,
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const user = await superuserUsers.get(request.params.username)
      await sessions.endOthers(user, performerOf(request))
      return reply.code(204).send()
    },
  })

  app.delete(`${url}/:session_id`, {
    config,
    schema: {
      operationId: 'endInstallUserSession',
      tags,
      summary: 'End a session of a user.',
      params: params.extend({ session_id: z.string().describe('The `id` of the session') }),
      response: { 204: NoContent },
    },
    handler: async (request, reply) => {
      const { username, session_id } = request.params
      await sessions.end(await superuserUsers.get(username), session_id, performerOf(request))
      return reply.code(204).send()
    },
  })
}
