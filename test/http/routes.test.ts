import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, type Method, shapeA } from '../helpers/api.ts'
import { startService, type TestService } from '../helpers/service.ts'

/** Everything that somebody without an API token gets another answer from than 401 shape A. */
const PUBLIC = [
  'POST /api/v1/user/initialize',
  'OPTIONS /api/v1/user/initialize',
  'GET /api/v1/organization/:orgname',
  'GET /oauth2/federation/robot/token',
  'POST /oauth2/federation/robot/token',
  'GET /oauth2/federation/audience',
  'POST /sts/token',
  'POST /oauth2/federation/robot/introspect',
  'GET /v2/auth',
  'POST /v2/auth',
  'GET /v2/',
  'GET /health/instance',
  'GET /health/endtoend',
  'GET /live',
  'GET /ready',
  'GET /metrics',
  'GET /.well-known/jwks.json',
  'GET /.well-known/registry-ca.pem',
  'GET /api/v1/error/:error_type',
  'GET /openapi.json',
  'GET /',
  'GET /api/v1/discovery',
  'GET /api/v1/session',
  'GET /api/v1/session/oidc/:provider',
  'GET /api/v1/session/oidc/:provider/callback',
  'POST /api/v1/session',
  'POST /api/v1/session/first-user',
  'OPTIONS /api/v1/session',
  'OPTIONS /api/v1/session/first-user',
  'OPTIONS /api/v1/session/sudo',
  'GET /api/v1/users/:username',
  'GET /api/v1/app/:client_id',
  'GET /api/v1/repository',
  'GET /api/v1/federation/templates',
  'GET /api/v1/federation/templates/:template',
  'POST /oauth/token',
  'POST /oauth/revoke',
  'POST /oauth/introspect',
  'GET /.well-known/oauth-authorization-server',
]
const METHODS: Method[] = ['delete', 'get', 'head', 'patch', 'post', 'put']
const DOCS = /^(GET|HEAD) \/docs(\/|$)/

/** Answers anybody who asks for a public repository, and 401 otherwise: the tests below ask for none. */
const OPEN_WHERE_PUBLIC = 'GET /api/v1/repository/:repository'

const ORGANIZATION = '/api/v1/organization/:orgname'
const REPOSITORY = '/api/v1/repository/:repository'

const CREDENTIALS = [
  'credentials',
  ...['docker-config', 'podman-auth', 'kubernetes-secret', 'helm', 'env', 'login-command'].map(
    (format) => `credentials/${format}`,
  ),
]

const GUARDED = [
  ...['/api/v1/user', '/api/v1/organization/:orgname'].flatMap((owner) => [
    `GET ${owner}/robots`,
    `POST ${owner}/robots`,
    `GET ${owner}/robots/:robot_shortname`,
    `PUT ${owner}/robots/:robot_shortname`,
    `PATCH ${owner}/robots/:robot_shortname`,
    `DELETE ${owner}/robots/:robot_shortname`,
    `POST ${owner}/robots/:robot_shortname/regenerate`,
    `GET ${owner}/robots/:robot_shortname/secrets`,
    `POST ${owner}/robots/:robot_shortname/secrets`,
    `PATCH ${owner}/robots/:robot_shortname/secrets/:secret_id`,
    `DELETE ${owner}/robots/:robot_shortname/secrets/:secret_id`,
    `GET ${owner}/robots/:robot_shortname/permissions`,
    `GET ${owner}/robots/:robot_shortname/access`,
    `GET ${owner}/robots/:robot_shortname/mintable-scopes`,
    `GET ${owner}/robots/:robot_shortname/tokens`,
    `POST ${owner}/robots/:robot_shortname/tokens`,
    `DELETE ${owner}/robots/:robot_shortname/tokens/:token_uuid`,
    ...CREDENTIALS.map((path) => `GET ${owner}/robots/:robot_shortname/${path}`),
    `GET ${owner}/robots/:robot_shortname/federation`,
    `POST ${owner}/robots/:robot_shortname/federation`,
    `DELETE ${owner}/robots/:robot_shortname/federation`,
    `POST ${owner}/robots/:robot_shortname/federation/test`,
    `GET ${owner}/robots/:robot_shortname/federation/entries`,
    `POST ${owner}/robots/:robot_shortname/federation/entries`,
    `GET ${owner}/robots/:robot_shortname/federation/entries/:entry_id`,
    `PATCH ${owner}/robots/:robot_shortname/federation/entries/:entry_id`,
    `DELETE ${owner}/robots/:robot_shortname/federation/entries/:entry_id`,
  ]),
  'GET /api/v1/user/',
  'GET /api/v1/user/logs',
  'GET /api/v1/user/aggregatelogs',
  'GET /api/v1/user/tokens',
  'POST /api/v1/user/tokens',
  'PUT /api/v1/user/password',
  'GET /api/v1/user/sessions',
  'DELETE /api/v1/user/sessions',
  'DELETE /api/v1/user/sessions/:session_id',
  'DELETE /api/v1/session',
  'POST /api/v1/session/sudo',
  'DELETE /api/v1/user/tokens/:token_uuid',
  'GET /api/v1/user/apptoken',
  'POST /api/v1/user/apptoken',
  'GET /api/v1/user/apptoken/:token_uuid',
  'DELETE /api/v1/user/apptoken/:token_uuid',
  'GET /api/v1/entities/:prefix',
  'POST /api/v1/organization/',
  `PUT ${ORGANIZATION}`,
  `DELETE ${ORGANIZATION}`,
  `GET ${ORGANIZATION}/logs`,
  `GET ${ORGANIZATION}/aggregatelogs`,
  `GET ${ORGANIZATION}/members`,
  `GET ${ORGANIZATION}/members/:membername`,
  `DELETE ${ORGANIZATION}/members/:membername`,
  `GET ${ORGANIZATION}/collaborators`,
  `PUT ${ORGANIZATION}/team/:teamname`,
  `DELETE ${ORGANIZATION}/team/:teamname`,
  `GET ${ORGANIZATION}/team/:teamname/members`,
  `PUT ${ORGANIZATION}/team/:teamname/members/:membername`,
  `DELETE ${ORGANIZATION}/team/:teamname/members/:membername`,
  `GET ${ORGANIZATION}/team/:teamname/permissions`,
  `GET ${ORGANIZATION}/teams`,
  `GET ${ORGANIZATION}/teams/:teamname`,
  `GET ${ORGANIZATION}/access`,
  `POST ${ORGANIZATION}/access`,
  `GET ${ORGANIZATION}/robot-policy`,
  `PUT ${ORGANIZATION}/robot-policy`,
  `GET ${ORGANIZATION}/issuers`,
  `GET ${ORGANIZATION}/issuers/:name`,
  `PUT ${ORGANIZATION}/issuers/:name`,
  `DELETE ${ORGANIZATION}/issuers/:name`,
  ...[`${ORGANIZATION}/webhooks`, '/api/v1/superuser/webhooks'].flatMap((webhooks) => [
    `GET ${webhooks}`,
    `POST ${webhooks}`,
    `GET ${webhooks}/:webhook_id`,
    `PATCH ${webhooks}/:webhook_id`,
    `DELETE ${webhooks}/:webhook_id`,
    `POST ${webhooks}/:webhook_id/secret`,
    `GET ${webhooks}/:webhook_id/deliveries`,
    `POST ${webhooks}/:webhook_id/deliveries/:delivery_id/redeliver`,
  ]),
  `GET ${ORGANIZATION}/prototypes`,
  `POST ${ORGANIZATION}/prototypes`,
  `PUT ${ORGANIZATION}/prototypes/:prototypeid`,
  `DELETE ${ORGANIZATION}/prototypes/:prototypeid`,
  `GET ${ORGANIZATION}/applications`,
  `POST ${ORGANIZATION}/applications`,
  `GET ${ORGANIZATION}/applications/:client_id`,
  `PUT ${ORGANIZATION}/applications/:client_id`,
  `DELETE ${ORGANIZATION}/applications/:client_id`,
  `POST ${ORGANIZATION}/applications/:client_id/resetclientsecret`,
  `GET ${ORGANIZATION}/applications/:client_id/tokens`,
  `POST ${ORGANIZATION}/applications/:client_id/tokens`,
  `DELETE ${ORGANIZATION}/applications/:client_id/tokens/:token_uuid`,
  'POST /api/v1/repository',
  OPEN_WHERE_PUBLIC,
  `PUT ${REPOSITORY}`,
  `DELETE ${REPOSITORY}`,
  `POST ${REPOSITORY}/changevisibility`,
  `GET ${REPOSITORY}/logs`,
  `GET ${REPOSITORY}/aggregatelogs`,
  `GET ${REPOSITORY}/permissions/user/`,
  `GET ${REPOSITORY}/permissions/user/:username`,
  `PUT ${REPOSITORY}/permissions/user/:username`,
  `DELETE ${REPOSITORY}/permissions/user/:username`,
  `GET ${REPOSITORY}/permissions/user/:username/transitive`,
  `GET ${REPOSITORY}/permissions/team/`,
  `GET ${REPOSITORY}/permissions/team/:teamname`,
  `PUT ${REPOSITORY}/permissions/team/:teamname`,
  `DELETE ${REPOSITORY}/permissions/team/:teamname`,
  'GET /api/v1/superuser/robots',
  'GET /api/v1/user/robot-ages',
  `GET ${ORGANIZATION}/robot-ages`,
  'POST /api/v1/user/robot-changes',
  `POST ${ORGANIZATION}/robot-changes`,
  'POST /api/v1/user/robot-deletions',
  `POST ${ORGANIZATION}/robot-deletions`,
  'GET /api/v1/user/attention',
  `GET ${ORGANIZATION}/attention`,
  'GET /api/v1/superuser/attention',
  'GET /api/v1/superuser/users/',
  'POST /api/v1/superuser/users/',
  'GET /api/v1/superuser/users/:username',
  'PUT /api/v1/superuser/users/:username',
  'DELETE /api/v1/superuser/users/:username',
  'GET /api/v1/superuser/users/:username/tokens',
  'DELETE /api/v1/superuser/users/:username/tokens/:token_uuid',
  'GET /api/v1/superuser/users/:username/sessions',
  'DELETE /api/v1/superuser/users/:username/sessions',
  'DELETE /api/v1/superuser/users/:username/sessions/:session_id',
  'GET /api/v1/superuser/organizations/',
  'PUT /api/v1/superuser/organizations/:name',
  'DELETE /api/v1/superuser/organizations/:name',
  'GET /api/v1/superuser/settings',
  'GET /api/v1/superuser/retired-names',
  'DELETE /api/v1/superuser/retired-names/:name',
  'GET /api/v1/superuser/logs',
  'GET /api/v1/superuser/aggregatelogs',
]

let service: TestService
const routes: { method: Method; url: string }[] = []

/** Fastify announces an instance before anything is registered on it: no route escapes. */
const watch = (message: unknown) => {
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const name of [method].flat()) routes.push({ method: name.toLowerCase() as Method, url })
  })
}

const named = ({ method, url }: { method: string; url: string }) => `${method.toUpperCase()} ${url}`
const filled = (url: string) =>
  url.replace(':repository', 'name/name').replace(/:\w+/g, 'name').replace('*', 'index.css')

let callers = 0
/** From an address of its own, so that no guess is one of too many. */
const call = (method: Method, url: string, headers: Record<string, string> = {}) => {
  callers += 1
  const from = `10.0.${callers >> 8}.${callers & 255}`
  const test = request(service.url)
    [method](filled(url))
    .set('x-forwarded-for', from)
    .set(headers)
    .redirects(0)
  return method === 'get' || method === 'head' || method === 'options'
    ? test
    : test.set('content-type', 'application/json').send('{"malformed')
}

beforeAll(async () => {
  subscribe('fastify.initialization', watch)
  service = await startService({ config: { trustedProxies: ['127.0.0.1'] } })
  unsubscribe('fastify.initialization', watch)
})
afterAll(() => service.close())

describe('routes', () => {
  it('are public only where this test says so, and answer 401 before the body is read otherwise', async () => {
    const [guarded, open] = [[] as string[], [] as string[]]
    for (const { method, url } of routes) {
      const { status, body } = await call(method, url)
      const isGuarded =
        body?.error_type === 'invalid_token' || (method === 'head' && status === 401)
      ;(isGuarded ? guarded : open).push(named({ method, url }))
    }
    // /v2/ and the exchange answer 401 to everybody; a HEAD has no body to tell their protocol by.
    const own = ['HEAD /v2/', 'HEAD /v2/auth', 'HEAD /oauth2/federation/robot/token']
    expect(open.filter((name) => !DOCS.test(name)).sort()).toEqual(
      withHead(PUBLIC).filter((name) => !own.includes(name)),
    )
    expect(guarded.sort()).toEqual([...withHead(GUARDED), ...own].sort())
  })

  it.each(GUARDED)('answer 401 of shape A to no and to an invalid token: %s', async (route) => {
    const [method, url] = route.split(' ') as [string, string]
    for (const headers of INVALID_CREDENTIALS) {
      const { status, body } = await call(method.toLowerCase() as Method, url, headers)
      expect([status, body], JSON.stringify(headers)).toEqual([
        401,
        apiError(service.url, 'invalid_token'),
      ])
    }
  })

  it('refuse every other method with 405 and an Allow header that lists the known ones', async () => {
    const known = withHead([...PUBLIC, ...GUARDED])
    const urls = new Set(known.map((name) => name.slice(name.indexOf(' ') + 1)))
    const unknown = [...urls].flatMap((url) =>
      METHODS.map((method) => ({ method, url })).filter((route) => !known.includes(named(route))),
    )
    for (const { method, url } of unknown) {
      const { status, headers, body } = await call(method, url)
      expect([status, headers.allow], named({ method, url })).toEqual([405, allowed(url)])
      if (url.startsWith('/api/') && method !== 'head') {
        expect(body).toEqual(shapeA(service.url, 405, 'method_not_allowed', expect.any(String)))
      }
    }
  })
})

const withHead = (list: string[]) =>
  [
    ...list,
    ...list
      .filter((name) => name.startsWith('GET ') && !name.includes('/credentials'))
      .map((name) => `HEAD ${name.slice(4)}`),
  ].sort()

const allowed = (url: string) =>
  withHead([...PUBLIC, ...GUARDED])
    .filter((name) => name.endsWith(` ${url}`))
    .map((name) => name.split(' ')[0])
    .join(', ')

const INVALID_CREDENTIALS: Record<string, string>[] = [
  {},
  { authorization: '' },
  { authorization: `Bearer ${'x'.repeat(40)}` },
  { authorization: 'Bearer' },
  { authorization: 'Bearer two parts' },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
  { authorization: `Basic ${btoa('alice:password')}` },
  { 'x-access-token': 'x'.repeat(40), cookie: 'session=1' },
]
