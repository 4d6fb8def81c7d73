import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, shapeA } from '../helpers/api.ts'
import { breakAuditLog, repairAuditLog } from '../helpers/broken-audit-log.ts'
import { auditEntries, namespaceId, snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/api/v1/organization/acme/robots'
const CONFIG = [{ issuer: 'https://ci.example', subject: 'build', audiences: ['a'] }]
const METADATA = { env: 'prod' }

type Answer = { status: number; body: unknown }

interface Change {
  call: (client: Client) => PromiseLike<Answer>
  kind: string
  /** User name or organization. */
  namespace: string
  metadata: object
}

const robot = (namespace: string, path: string): Record<string, Change> => ({
  [`creating a robot of ${namespace}`]: {
    call: (client) =>
      client.put(`${path}/new`, { description: 'd', unstructured_metadata: METADATA }),
    kind: 'create_robot',
    namespace,
    metadata: { robot: 'new', description: 'd', unstructured_metadata: METADATA },
  },
  [`creating a robot of ${namespace} without details`]: {
    call: (client) => client.put(`${path}/new`),
    kind: 'create_robot',
    namespace,
    metadata: { robot: 'new', description: null, unstructured_metadata: null },
  },
  [`deleting a robot of ${namespace}`]: {
    call: (client) => client.delete(`${path}/bot`),
    kind: 'delete_robot',
    namespace,
    metadata: { robot: 'bot' },
  },
  [`regenerating the token of a robot of ${namespace}`]: {
    call: (client) => client.post(`${path}/bot/regenerate`),
    kind: 'regenerate_robot_token',
    namespace,
    metadata: { robot: 'bot' },
  },
  [`setting the federation of a robot of ${namespace}`]: {
    call: (client) => client.post(`${path}/bot/federation`, CONFIG),
    kind: 'create_robot_federation',
    namespace,
    metadata: { robot: 'bot', config: CONFIG, changes: expect.any(Array) },
  },
  [`clearing the federation of a robot of ${namespace}`]: {
    call: (client) => client.delete(`${path}/bot/federation`),
    kind: 'delete_robot_federation',
    namespace,
    metadata: { robot: 'bot', changes: expect.any(Array) },
  },
})

const CHANGES: Record<string, Change> = {
  ...robot('acme', PATH),
  ...robot('alice', '/api/v1/user/robots'),
  'creating an organization': {
    call: (client) =>
      client.post('/api/v1/organization/', { name: 'umbrella', email: 'u@example.com' }),
    kind: 'org_create',
    namespace: 'umbrella',
    metadata: { namespace: 'umbrella', email: 'u@example.com' },
  },
}

let stage: Stage
let alice: Client
let tokenId: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  alice = await stage.client('alice', 'user:admin', 'org:admin')
  tokenId = (await stage.db.oAuthToken.findFirstOrThrow()).id
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await stage.db.namespace.deleteMany({ where: { name: 'umbrella' } })
  for (const path of [PATH, '/api/v1/user/robots']) {
    await alice.put(`${path}/bot`)
    await alice.post(`${path}/bot/federation`, [{ issuer: 'https://old.example', subject: 'old' }])
  }
  await stage.clearLog()
})

afterAll(() => stage.close())

describe.each(Object.entries(CHANGES))('%s', (_, { call, kind, namespace, metadata }) => {
  it('is written to the log once: what, where, who, from where and with which token', async () => {
    expect((await call(alice)).status).toBeLessThan(300)

    const [entry, ...more] = await auditEntries(stage.db)
    expect(more).toEqual([])
    expect(entry).toEqual({
      id: expect.any(String),
      kind,
      namespaceId: await namespaceId(stage.db, namespace),
      namespaceName: namespace,
      repositoryId: null,
      performerId: await namespaceId(stage.db, 'alice'),
      performerName: 'alice',
      tokenId,
      ip: '127.0.0.1',
      metadata: { ...metadata, oauth_token_id: tokenId },
      createdAt: expect.any(Date),
    })
  })

  it('does not happen where it cannot be written to the log', async () => {
    const before = await snapshot(stage.db)
    await breakAuditLog(stage.db)
    const { status, body } = await call(alice)
    await repairAuditLog(stage.db)

    expect([status, body]).toEqual([
      500,
      shapeA(stage.url, 500, 'internal_error', 'Internal Server Error'),
    ])
    expect(await snapshot(stage.db)).toEqual(before)
  })
})

describe('what changes nothing', () => {
  it('leaves no entry: reading and refused requests', async () => {
    const bob = await stage.client('bob', 'org:admin', 'user:admin')
    await stage.clearLog()
    const answers = [
      await alice.get(`${PATH}?token=false`),
      await alice.get(`${PATH}/bot/permissions`),
      await alice.put(`${PATH}/bot`),
      await alice.put(`${PATH}/Bad`),
      await alice.delete(`${PATH}/none`),
      await alice.post(`${PATH}/none/regenerate`),
      await alice.post(`${PATH}/none/federation`, CONFIG),
      await alice.post(`${PATH}/bot/federation`, [{ issuer: '', subject: '' }]),
      await alice.post('/api/v1/organization/', { name: 'acme' }),
      await bob.put(`${PATH}/new`),
      await bob.delete(`${PATH}/bot`),
      await stage.api.as().delete(`${PATH}/bot`),
    ]

    expect(answers.map(({ status }) => status)).toEqual([
      ...[200, 200, 400, 400, 404, 404, 404, 400, 400, 403, 403, 401],
    ])
    expect(await auditEntries(stage.db)).toEqual([])
  })
})

it('keys are replaced only with an entry that says so', async () => {
  const keys = () => stage.db.signingKey.findMany({ orderBy: { kid: 'asc' } })
  const { keyRotation } = stage.services
  const before = await keys()
  await breakAuditLog(stage.db)
  await expect(keyRotation.rotate({})).rejects.toThrow()
  await expect(keyRotation.reset({})).rejects.toThrow()
  await repairAuditLog(stage.db)
  expect(await keys()).toEqual(before)

  await stage.clearLog()
  const { kid } = await keyRotation.rotate({})
  expect(await auditEntries(stage.db)).toMatchObject([
    { kind: 'rotate_signing_key', metadata: { kid, resealed: 0 } },
  ])
})
