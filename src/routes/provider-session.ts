import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { acceptsHtml } from '../domain/accepted-type.ts'
import { readCookie, setCookie } from '../domain/cookies.ts'
import { ServiceError } from '../domain/errors.ts'
import { isReturnPath } from '../domain/return-path.ts'
import { cookieNames } from '../domain/session-cookie.ts'
import { PUBLIC } from '../plugins/access.ts'
import { originOf } from '../plugins/authentication.ts'
import { STATUS } from '../plugins/error-status.ts'
import { sessionSecretOf } from '../plugins/session-callers.ts'
import { ownText } from '../schemas/common.ts'
import { refusal } from '../schemas/responses.ts'
import type { ProviderLogin } from '../services/sign-in/provider-login.ts'
import { asHtml, PLAIN_PAGE_HEADERS, plainPage } from './plain-page.ts'

interface ProviderSessionRoutesOptions {
  providerLogin: ProviderLogin
  publicUrl: string
}

/** Seconds that the browser keeps what it began. */
const KEPT = 600

const StartQuerySchema = z.object({
  return_to: ownText
    .refine(
      (path) => path === undefined || isReturnPath(path),
      'must be a path that begins with one /',
    )
    .meta({ type: 'string', description: 'Where the browser goes then: a path of this service' }),
  prompt: ownText
    .refine((prompt) => prompt === undefined || prompt === 'login', 'must be login, or left out')
    .meta({
      type: 'string',
      description: '`login`: the user authenticates again, whatever session the provider has',
    }),
})

const params = z.object({
  provider: z.string().describe('The `name` of the provider (`sign_in.providers`)'),
})

const Redirection = z.undefined().meta({ description: 'See `Location`' })

/** Signing in by an OpenID provider: both addresses are for browsers that go there, not for scripts that ask. */
export const providerSessionRoutes: FastifyPluginAsyncZod<ProviderSessionRoutesOptions> = async (
  app,
  { providerLogin, publicUrl },
) => {
  const config = {
    access: PUBLIC,
    sameOrigin: true,
    refusesOnPage: true,
    answerHeaders: { 302: { Location: 'Location' } },
  } as const
  const tags = ['session']
  const url = '/api/v1/session/oidc/:provider'

  /** @throws {ServiceError} `https_required` */
  function names() {
    const found = cookieNames(publicUrl)
    if ('problem' in found) throw new ServiceError('https_required', found.problem)
    return found
  }

  app.get(url, {
    config,
    schema: {
      operationId: 'beginProviderSession',
      tags,
      summary: 'Sign in by an OpenID provider: sends the browser there.',
      params,
      querystring: StartQuerySchema,
      response: { 302: Redirection, 401: refusal('Not possible here'), 403: refusal('No TLS') },
    },
    handler: (request, reply) =>
      inWords(request, reply, async () => {
        const { signIn, secure } = names()
        const { return_to: returnTo = '/', prompt } = request.query
        const replaced = sessionSecretOf(request, publicUrl)
        const wanted = { returnTo, replaced, isFresh: prompt === 'login' }
        const begun = await providerLogin.begin(request.params.provider, wanted)
        reply.header(
          'set-cookie',
          setCookie(signIn, begun.kept, { secure, sameSite: 'Lax', maxAge: KEPT }),
        )
        return reply.redirect(begun.url, 302)
      }),
  })

  app.get(`${url}/callback`, {
    config,
    schema: {
      operationId: 'completeProviderSession',
      tags,
      summary: 'Where the provider sends the browser back to.',
      description: 'Makes a session, and sends the browser to where the sign-in was to lead.',
      params,
      querystring: z.looseObject({}).describe('As OpenID Connect Core §3.1.2.5 has it'),
      response: { 302: Redirection, 401: refusal('Refused'), 403: refusal('No TLS') },
    },
    handler: (request, reply) =>
      inWords(request, reply, async () => {
        const { session, signIn, secure } = names()
        const kept = readCookie(request.headers.cookie, signIn)
        const forgotten = setCookie(signIn, '', { secure, sameSite: 'Lax', maxAge: 0 })
        reply.header('set-cookie', forgotten)
        const { provider } = request.params
        const query = new URL(request.url, publicUrl).search
        const done = await providerLogin.complete(provider, query, kept, originOf(request))
        const made = setCookie(session, done.secret, { secure, sameSite: 'Strict' })
        reply.removeHeader('set-cookie').header('set-cookie', [forgotten, made])
        return reply.redirect(`${publicUrl}${done.returnTo}`, 302)
      }),
  })
}

/** A person reads refusals on a page; programs get them as always. */
async function inWords(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<FastifyReply>,
): Promise<never> {
  try {
    return (await work()) as never
  } catch (error) {
    if (!(error instanceof ServiceError) || !acceptsHtml(headers.accept)) throw error
    const words = `<h1>You are not signed in</h1>\n<p>${asHtml(error.message.replace(/\.$/, ''))}.</p>\n<p><a href="/">Back</a></p>`
    return reply
      .code(STATUS[error.code])
      .headers(PLAIN_PAGE_HEADERS)
      .serializer((page: string) => page)
      .send(plainPage(words)) as never
  }
}
