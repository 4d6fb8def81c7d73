import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Config } from '../config/config.ts'
import { setCookie } from '../domain/cookies.ts'
import { ServiceError, unauthenticated } from '../domain/errors.ts'
import { isSameOrigin } from '../domain/same-origin.ts'
import { cookieNames } from '../domain/session-cookie.ts'
import { type Access, PUBLIC } from '../plugins/access.ts'
import { originOf, performerOf } from '../plugins/authentication.ts'
import { assertLocalCaller } from '../plugins/local-callers.ts'
import { sessionSecretOf } from '../plugins/session-callers.ts'
import { refusal } from '../schemas/responses.ts'
import {
  FirstUserSchema,
  LoggedOutSchema,
  LogInAgainSchema,
  LogInSchema,
  presentSession,
  SessionSchema,
  SessionStateSchema,
  type SignIn,
} from '../schemas/session.ts'
import type { OpenedSession, Sessions } from '../services/logins/sessions.ts'
import type { FirstSession } from '../services/sign-in/first-session.ts'
import type { ProviderLogin } from '../services/sign-in/provider-login.ts'

interface SessionRoutesOptions {
  sessions: Sessions
  firstSession: FirstSession
  providerLogin: ProviderLogin
  config: Pick<Config, 'signIn' | 'publicUrl' | 'registryHost' | 'clientsAreLocal'>
}

const SESSION = '/api/v1/session'
const FIRST = `${SESSION}/first-user`
const NOT_HERE = 'Not asked by a page of this service, or at an address without TLS'

/** The session of the browser that asks. Pages of other origins are told nothing (no CORS), and can start none. */
export const sessionRoutes: FastifyPluginAsyncZod<SessionRoutesOptions> = async (app, options) => {
  const { sessions, firstSession, providerLogin } = options
  const { publicUrl, registryHost, clientsAreLocal } = options.config
  const names = cookieNames(publicUrl)
  const tags = ['session']
  const config = (access: Access) => ({ access, sameOrigin: true })
  const ofSession = config({ kind: 'session' })

  const signIn = async (): Promise<SignIn> => ({
    passwords: options.config.signIn.passwords,
    providers: options.config.signIn.providers.map(({ name, title }) => ({
      name,
      title,
      url: `${SESSION}/oidc/${name}`,
    })),
    problem: 'problem' in names ? names.problem : null,
    initialize: await firstSession.isOpen(),
  })

  /** Gives the browser a session. @throws {ServiceError} `https_required` */
  async function begin(reply: FastifyReply, open: () => Promise<OpenedSession>) {
    if ('problem' in names) throw new ServiceError('https_required', names.problem)
    const { secret, session } = await open()
    const { secure } = names
    reply.header('set-cookie', setCookie(names.session, secret, { secure, sameSite: 'Strict' }))
    return reply.code(201).send(presentSession(session))
  }

  // A browser asks this first on behalf of a page of another origin (CORS preflight); the answer does not allow it.
  for (const path of [SESSION, FIRST, `${SESSION}/sudo`]) {
    app.options(path, { config: config(PUBLIC), schema: { hide: true }, handler: async () => '' })
  }

  app.get(SESSION, {
    config: config({ kind: 'session', optional: true }),
    schema: {
      operationId: 'getSession',
      tags,
      summary: 'Who is signed in with this browser, how one signs in, and to which registry.',
      description:
        'The one operation that reads the cookie without `X-CSRF-Token`, from pages of this service alone: it tells the ' +
        'value. It does not count as a use of the session.',
      response: { 200: SessionStateSchema },
    },
    handler: async ({ session }) => ({
      session: session && presentSession(session),
      sign_in: await signIn(),
      registry_host: registryHost,
    }),
  })

  app.post(SESSION, {
    config: config(PUBLIC),
    schema: {
      operationId: 'createSession',
      tags,
      summary: 'Sign in with name and password; for browsers.',
      description: 'Programs make an API token instead (`createUserToken`).',
      body: LogInSchema,
      response: {
        201: SessionSchema,
        401: refusal('Wrong name or password, or they do not do here'),
        403: refusal(NOT_HERE),
      },
    },
    onRequest: async (request) => assertSameOrigin(request, publicUrl),
    handler: (request, reply) =>
      begin(reply, () =>
        sessions.logIn(request.body, sessionSecretOf(request, publicUrl), originOf(request)),
      ),
  })

  app.post(FIRST, {
    config: config(PUBLIC),
    schema: {
      operationId: 'createFirstSession',
      tags,
      summary:
        'Create the first user, as superuser, in an empty database, and sign them in; for browsers.',
      description: 'Programs create that user by `createInitialUser`.',
      body: FirstUserSchema,
      response: {
        201: SessionSchema,
        401: refusal('Nobody signs in with a password here'),
        403: refusal(NOT_HERE),
      },
    },
    onRequest: async (request) => {
      if (clientsAreLocal) assertLocalCaller(request, publicUrl)
      assertSameOrigin(request, publicUrl)
    },
    handler: (request, reply) =>
      begin(reply, () => firstSession.open(request.body, originOf(request))),
  })

  app.delete(SESSION, {
    config: ofSession,
    schema: {
      operationId: 'endSession',
      tags,
      summary: 'Sign out.',
      response: { 200: LoggedOutSchema },
    },
    handler: async (request, reply) => {
      const { id, userId, username, provider } = sessionOf(request)
      await sessions.end({ id: userId, name: username }, id, performerOf(request))
      if (!('problem' in names)) {
        const { secure } = names
        const rules = { secure, sameSite: 'Strict', maxAge: 0 } as const
        reply.header('set-cookie', setCookie(names.session, '', rules))
      }
      return { provider_logout: await providerLogin.logoutUrl(provider, `${publicUrl}/`) }
    },
  })

  app.post(`${SESSION}/sudo`, {
    config: ofSession,
    schema: {
      operationId: 'refreshSession',
      tags,
      summary: 'Prove again, by the password, who is signed in.',
      description: 'For ten minutes it may do what needs a log-in of a moment ago.',
      body: LogInAgainSchema,
      response: { 200: SessionSchema },
    },
    handler: async (request) => {
      const { password } = request.body
      return presentSession(await sessions.refresh(sessionOf(request), password, originOf(request)))
    },
  })
}

function sessionOf({ session }: FastifyRequest) {
  if (!session) throw unauthenticated()
  return session
}

/** @throws {ServiceError} `same_origin_required`: another page could have its own user signed in, to see what is done then */
function assertSameOrigin({ headers }: FastifyRequest, publicUrl: string) {
  if (isSameOrigin(headers, publicUrl)) return
  throw new ServiceError(
    'same_origin_required',
    `Only pages of this service sign people in: open ${publicUrl}. If that is not its address, PUBLIC_URL is to be set. ` +
      'Programs make an API token: POST /api/v1/user/tokens',
  )
}
