import swagger from '@fastify/swagger'
import fp from 'fastify-plugin'
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod'
import { SCOPE_DESCRIPTIONS } from '../domain/scopes.ts'
import { SESSION_COOKIE } from '../domain/session-cookie.ts'
import { SCHEMA_CONFIG, tidyDocument } from './openapi-document.ts'

const DESCRIPTION = `Robot accounts in the API of Quay: named machine identities of a user or an organization, with
repository permissions, a static token, and OIDC federation.

An API token is sent as \`Authorization: Bearer TOKEN\`. The scopes that an operation asks for stand with
its security; where several sets are listed, any of them suffices. In place of an API token does the session of a browser,
which has all scopes: its cookie together with its \`X-CSRF-Token\`. Where \`x-fresh-login\` stands, a session needs a log-in
of the last ten minutes: always, or unless the query parameter that is named there is false.

${Object.entries(SCOPE_DESCRIPTIONS)
  .map(([scope, meaning]) => `* \`${scope}\`: ${meaning}`)
  .join('\n')}`

const describeRoute = createJsonSchemaTransform({ zodToJsonConfig: SCHEMA_CONFIG })
const describeComponents = createJsonSchemaTransformObject({ zodToJsonConfig: SCHEMA_CONFIG })

/** Collects the routes into an OpenAPI 3.1 document; `app.swagger()` gives it. */
export const openapi = fp(
  async (app, { publicUrl, version }: { publicUrl: string; version: string }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'quay-robots',
          description: DESCRIPTION,
          version,
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        servers: [{ url: publicUrl }],
        tags: [
          { name: 'robot', description: 'Manage user and organization robot accounts.' },
          { name: 'federation', description: 'External identities that may act as a robot.' },
          { name: 'user', description: 'The caller, and the first user.' },
          { name: 'session', description: 'People who are signed in with a browser.' },
          { name: 'organization', description: 'Organizations.' },
          { name: 'team', description: 'Teams of organizations and their members.' },
          { name: 'prototype', description: 'Default permissions in new repositories.' },
          { name: 'repository', description: 'Repositories.' },
          { name: 'permission', description: 'Roles of users, robots and teams in repositories.' },
          { name: 'superuser', description: 'Accounts, as superusers manage them.' },
          { name: 'logs', description: 'What was done, by whom.' },
          { name: 'application', description: 'OAuth applications of organizations.' },
          { name: 'oauth', description: 'OAuth2 for applications, as standard clients speak it.' },
          { name: 'appspecifictoken', description: 'Passwords of users for registry clients.' },
          { name: 'registry', description: 'Tokens for container registries.' },
          { name: 'service', description: 'The service itself.' },
        ],
        components: {
          securitySchemes: {
            apiToken: {
              type: 'http',
              scheme: 'bearer',
              description: 'An API token. The scopes listed with an operation are needed together.',
            },
            robotBasic: {
              type: 'http',
              scheme: 'basic',
              description: 'Full name of a robot account (`owner+name`) and its password.',
            },
            registryBasic: {
              type: 'http',
              scheme: 'basic',
              description:
                'Full name of a robot account, or name of a user, and its password; `$oauthtoken` ' +
                'and an API token; `$app` and an app specific token.',
            },
            userBasic: {
              type: 'http',
              scheme: 'basic',
              description: 'Name or e-mail address of a user, and the password.',
            },
            session: {
              type: 'apiKey',
              in: 'cookie',
              name: SESSION_COOKIE,
              description:
                'The session of a browser (`createSession`); at an http address on loopback its name has no `__Host-`.',
            },
            csrfToken: {
              type: 'apiKey',
              in: 'header',
              name: 'X-CSRF-Token',
              description: 'The `csrf_token` of the session, without which its cookie is not read.',
            },
            clientBasic: {
              type: 'http',
              scheme: 'basic',
              description:
                'Client id and client secret of an OAuth application; as `client_id` and ' +
                '`client_secret` in the body they are as good.',
            },
            metricsToken: {
              type: 'http',
              scheme: 'bearer',
              description: "The operator's `METRICS_TOKEN`.",
            },
            identityToken: {
              type: 'http',
              scheme: 'bearer',
              bearerFormat: 'JWT',
              description: 'An identity token of an OpenID provider.',
            },
          },
        },
      },
      transform: (route) => {
        const { schema, url } = describeRoute(route)
        const { answerHeaders, refusesOnPage, access } = route.route.config ?? {}
        const freshLogin = access?.freshLogin && { 'x-fresh-login': access.freshLogin }
        const answers = { 'x-answer-headers': answerHeaders, 'x-refuses-on-page': refusesOnPage }
        return { schema: { ...schema, ...answers, ...freshLogin }, url }
      },
      transformObject: (input) => tidyDocument(describeComponents(input)),
    })
  },
  { name: 'openapi' },
)
