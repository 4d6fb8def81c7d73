import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { checkOf, operationsOf, readDocument, referencesIn, resolve } from './document.ts'

/** Chapter "robot" of the published API (published-api.txt). */
const PUBLISHED = {
  getUserRobots: 'get /api/v1/user/robots',
  getOrgRobotPermissions: 'get /api/v1/organization/{orgname}/robots/{robot_shortname}/permissions',
  regenerateOrgRobotToken:
    'post /api/v1/organization/{orgname}/robots/{robot_shortname}/regenerate',
  getUserRobotPermissions: 'get /api/v1/user/robots/{robot_shortname}/permissions',
  regenerateUserRobotToken: 'post /api/v1/user/robots/{robot_shortname}/regenerate',
  getOrgRobot: 'get /api/v1/organization/{orgname}/robots/{robot_shortname}',
  createOrgRobot: 'put /api/v1/organization/{orgname}/robots/{robot_shortname}',
  deleteOrgRobot: 'delete /api/v1/organization/{orgname}/robots/{robot_shortname}',
  getOrgRobots: 'get /api/v1/organization/{orgname}/robots',
  getUserRobot: 'get /api/v1/user/robots/{robot_shortname}',
  createUserRobot: 'put /api/v1/user/robots/{robot_shortname}',
  deleteUserRobot: 'delete /api/v1/user/robots/{robot_shortname}',
  createOrgRobotFederation:
    'post /api/v1/organization/{orgname}/robots/{robot_shortname}/federation',
  authFederatedRobotToken: 'get /oauth2/federation/robot/token',
}

const document = await readDocument()
const operations = operationsOf(document).map(({ operation }) => operation)

/** Every answer with a body, by operation and status. */
const answers = () =>
  operations.flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, { content }]) =>
      Object.values(content ?? {}).map(({ schema }) => ({
        name: `${operationId} ${status}`,
        status,
        schema,
      })),
    ),
  )

describe('the OpenAPI document', () => {
  it.each(['documented', 'live'] as const)(
    'is valid OpenAPI 3.1 in profile %s',
    async (profile) => {
      const { valid, errors } = await new Validator().validate({
        ...(await readDocument({ apiProfile: profile })),
      })
      expect(errors ?? []).toEqual([])
      expect(valid).toBe(true)
    },
  )

  it('has the published operations under their published names', () => {
    const places = operationsOf(document).map(({ path, method, operation }) => [
      operation.operationId,
      `${method} ${path}`,
    ])
    expect(Object.fromEntries(places)).toMatchObject(PUBLISHED)
  })

  it('gives each operation a name of its own, a summary, a declared tag and its security', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    const tags = document.tags.map(({ name }) => name)
    const schemes = Object.keys(document.components.securitySchemes)
    for (const { operationId, summary, tags: own, security } of operations) {
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/)
      expect(summary, operationId).toMatch(/^[A-Z].*\.$/)
      expect(own, operationId).toHaveLength(1)
      expect(tags).toEqual(expect.arrayContaining(own))
      expect(security, operationId).not.toEqual([])
      expect(schemes).toEqual(expect.arrayContaining(security.flatMap(Object.keys)))
    }
  })

  it('describes every parameter and every answer', () => {
    for (const { operationId, parameters = [], responses } of operations) {
      for (const { name, description } of parameters) {
        expect(description, `${operationId} ${name}`).toMatch(/./)
      }
      for (const [status, { description }] of Object.entries(responses)) {
        expect(description, `${operationId} ${status}`).toMatch(/./)
        expect(description, `${operationId} ${status}`).not.toBe('Default Response')
      }
    }
  })

  it('says of a query parameter the one type that is meant', () => {
    const query = operations.flatMap(({ parameters = [] }) =>
      parameters.filter((parameter) => parameter.in === 'query'),
    )
    for (const { name, schema } of query) {
      expect(schema.anyOf, name).toBeUndefined()
      expect(['string', 'integer', 'boolean', 'array'], name).toContain(schema.type)
    }
    const list = operations.find(({ operationId }) => operationId === 'getOrgRobots')
    expect(
      list?.parameters?.filter((one) => one.in === 'query').map((one) => [one.name, one.schema]),
    ).toEqual([
      ['limit', { type: 'integer', minimum: 0 }],
      ['token', { type: 'boolean', default: true }],
      ['permissions', { type: 'boolean', default: false }],
      ['details', { type: 'boolean', default: false }],
      ['next_page', { type: 'string' }],
      ['q', { type: 'string' }],
      ['label', { type: 'array', items: { type: 'string' } }],
      [
        'state',
        {
          type: 'string',
          enum: [
            'active',
            'disabled',
            'expired',
            'expiring',
            'unused',
            'secret_expiring',
            'any_audience',
            'needless_secret',
            'secret_against_policy',
            'issuer_against_policy',
          ],
        },
      ],
      ['within', { type: 'string' }],
      ['unused_since', { type: 'string' }],
      ['sort', { type: 'string', enum: ['name', 'created', 'last_used', 'expires'] }],
    ])
  })

  it('tells which bodies can be left out, and takes null for none', () => {
    const bodies = operations.flatMap(({ operationId, requestBody }) =>
      requestBody ? [{ operationId, requestBody }] : [],
    )
    const optional = bodies.filter(({ requestBody }) => !requestBody.required)
    expect(optional.map(({ operationId }) => operationId).sort()).toEqual([
      'createOrgRobot',
      'createUserRobot',
      'updateOrganizationTeamMember',
    ])
    for (const { operationId, requestBody } of bodies) {
      const [{ schema } = {}, ...others] = Object.values(requestBody.content)
      expect([schema?.$ref, others], operationId).toEqual([expect.any(String), []])
    }
  })

  it('shows an example of every body, which fits its schema', () => {
    const bodies = operations.flatMap(({ operationId, requestBody }) =>
      Object.values(requestBody?.content ?? {}).map(({ schema }) => ({
        name: operationId,
        schema,
      })),
    )
    const successes = answers().filter(({ status }) => status.startsWith('2'))
    for (const { name, schema } of [...bodies, ...successes]) {
      const { example } = resolve(document, schema)
      expect(example, name).toBeDefined()
      expect(checkOf(document, schema).safeParse(example).error, name).toBeUndefined()
    }
  })

  it('answers every operation with success in one way: a body with a schema, or none under 204', () => {
    for (const { operationId, responses } of operations) {
      // A browser is sent on.
      if (responses[302]) continue
      const successes = Object.keys(responses).filter((status) => status.startsWith('2'))
      expect(successes, operationId).toHaveLength(1)
      const [status = ''] = successes
      const hasBody = responses[status]?.content !== undefined
      // RFC 7009 §2.2: 200, and clients do not look at the body.
      const isEmpty = status === '204' || operationId === 'revokeOAuthToken'
      expect(hasBody, operationId).toBe(!isEmpty)
    }
  })

  it('defines every component that it refers to, and refers to every one', () => {
    const used = new Set(referencesIn(document))
    const { schemas, headers } = document.components
    const defined = Object.entries({ schemas, headers }).flatMap(([kind, components]) =>
      Object.keys(components).map((name) => `${kind}/${name}`),
    )
    expect([...used].sort()).toEqual(defined.sort())
  })
})
