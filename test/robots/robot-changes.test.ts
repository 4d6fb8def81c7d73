import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, invalidRequest, shapeA } from '../helpers/api.ts'
import { createClock } from '../helpers/clock.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What is said of a robot, and whether and until when it may act. What it may then no longer do: robot-states.

/** What is shown of a robot that has and does nothing yet. */
const UNUSED = { last_used: null, federation: 0, grants: { read: 0, write: 0, admin: 0 } }

/** What is shown of the secret that a robot was made with. */
const firstSecret = ({ token }: { token?: unknown }) => ({
  secrets: [
    expect.objectContaining({ state: 'active', hint: String(token).slice(-4), expires_at: null }),
  ],
})

const LATER = '2027-01-31T00:00:00.000Z'

let stage: Stage
let alice: Client

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: createClock().clock } })
  await stage.people('alice')
  await stage.organization('acme')
  alice = await stage.client('alice', 'user:admin', 'org:admin')
})
afterAll(() => stage.close())

const ROBOT = '/api/v1/user/robots/ci'

describe.each([
  ['user', '/api/v1/user/robots/ci', 'alice+ci'],
  ['organization', '/api/v1/organization/acme/robots/ci', 'acme+ci'],
])('the robot of a(n) %s', (_, url, name) => {
  let created: Record<string, unknown>

  beforeEach(async () => {
    await stage.db.robot.deleteMany()
    created = (await alice.put(url, { description: 'builds' })).body
  })

  const shown = () => alice.get(`${url}?details=true`).expect(200)

  it('has all details from the beginning, for who asks for them', async () => {
    const plain = await alice.get(url).expect(200)
    const { body, headers } = await shown()
    expect(body).toEqual({
      ...plain.body,
      enabled: true,
      disabled_reason: null,
      expires_at: null,
      labels: {},
      created_by: 'alice',
      ...firstSecret(plain.body),
      ...UNUSED,
    })
    expect(headers.etag).toBe(plain.headers.etag)
  })

  it('changes as a merge patch says, and keeps its token', async () => {
    const first = await alice
      .patch(url, {
        unstructured_metadata: { env: 'prod', owner: { team: 'web', floor: 3 } },
        labels: { team: 'web', 'example.com/tier': 'gold' },
        expires_at: '2027-01-31T01:00:00+01:00',
        enabled: false,
        reason: 'leaked',
      })
      .set('content-type', 'application/merge-patch+json')
      .expect(200)
    expect(first.body).toEqual({
      ...created,
      name,
      description: 'builds',
      unstructured_metadata: { env: 'prod', owner: { team: 'web', floor: 3 } },
      enabled: false,
      disabled_reason: 'leaked',
      expires_at: LATER,
      labels: { team: 'web', 'example.com/tier': 'gold' },
      created_by: 'alice',
      ...firstSecret(created),
      ...UNUSED,
    })
    expect((await shown()).body).toEqual(first.body)

    const second = await alice
      .patch(url, {
        description: null,
        unstructured_metadata: { owner: { floor: null } },
        labels: { team: null, env: '' },
        expires_at: null,
        enabled: true,
      })
      .expect(200)
    expect(second.body).toEqual({
      ...first.body,
      description: '',
      unstructured_metadata: { env: 'prod', owner: { team: 'web' } },
      enabled: true,
      disabled_reason: null,
      expires_at: null,
      labels: { 'example.com/tier': 'gold', env: '' },
    })
    expect((await shown()).headers.etag).toBe(second.headers.etag)
    expect(second.headers.etag).not.toBe(first.headers.etag)

    const third = await alice.patch(url, { labels: null, unstructured_metadata: null }).expect(200)
    expect([third.body.labels, third.body.unstructured_metadata]).toEqual([{}, {}])
  })

  it('tells its owner’s log what has changed, and by whom', async () => {
    await alice.patch(url, { enabled: false, reason: 'leaked', labels: { team: 'web' } })
    await alice.patch(url, { enabled: true, expires_at: LATER, description: 'deploys' })
    const entries = (await auditEntries(stage.db)).filter(({ kind }) => kind === 'change_robot')
    expect(entries.slice(-2)).toEqual([
      expect.objectContaining({
        namespaceName: name.split('+')[0],
        performerName: 'alice',
        metadata: expect.objectContaining({
          robot: 'ci',
          enabled: false,
          reason: 'leaked',
          labels: { team: 'web' },
        }),
      }),
      expect.objectContaining({
        metadata: expect.objectContaining({
          enabled: true,
          reason: null,
          expires_at: LATER,
          description: 'deploys',
        }),
      }),
    ])
  })

  it('stays as it is where nothing changes, tag and log too', async () => {
    const patch = {
      ...{ enabled: false, reason: 'leaked', expires_at: LATER, labels: { b: 'x', a: 'y' } },
      ...{ description: 'builds', unstructured_metadata: { a: 1, b: 2 } },
    }
    const before = await alice.patch(url, patch).expect(200)
    const stored = await snapshot(stage.db)
    for (const same of [{}, patch, { enabled: false }, { labels: {}, unstructured_metadata: {} }]) {
      const { body, headers } = await alice.patch(url, same).expect(200)
      expect([body, headers.etag]).toEqual([before.body, before.headers.etag])
    }
    expect(await snapshot(stage.db)).toEqual(stored)
  })

  it.each([
    [{ name: 'other' }, "unknown key 'name': known: description, unstructured_metadata, enabled"],
    [{ lables: {} }, "unknown key 'lables': did you mean labels?"],
    [{ description: 'x'.repeat(256) }, 'description must have at most 255 characters'],
    [{ enabled: null }, 'enabled'],
    [{ reason: 'leaked' }, 'send it with "enabled": false'],
    [{ enabled: true, reason: 'x' }, 'send it with "enabled": false'],
    [{ enabled: false, reason: 'x'.repeat(256) }, 'reason must have at most 255 characters'],
    [{ expires_at: '2027-01-31' }, 'such as 2027-01-31T00:00:00Z, or null for none'],
    [{ expires_at: '2027-02-30T00:00:00Z' }, 'such as 2027-01-31T00:00:00Z, or null for none'],
    [
      { expires_at: '2026-11-23T13:56:36Z' },
      'expires_at must be in the future, and 2026-11-23T13:5',
    ],
    [{ expires_at: '9999-12-31T23:59:59-01:00' }, 'expires_at must be in 9999 or before'],
    [{ labels: { 'a:b': 'x' } }, 'is no key of a label: it must have 1 to 63 letters, digits'],
    [{ labels: { ['k'.repeat(64)]: 'x' } }, 'is no key of a label'],
    [{ labels: { k: 'x'.repeat(64) } }, 'labels/k must have at most 63 characters'],
    [{ labels: { k: 'a\nb' } }, 'labels/k must have no control characters'],
    [{ labels: { k: 1 } }, 'labels/k'],
    [
      { labels: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, 'x'])) },
      'labels must be at most 20, and there would be 21',
    ],
    [{ unstructured_metadata: { n: 2 ** 60 } }, 'no integers beyond 2^53'],
    [[], 'expected object'],
  ])('does not become %j', async (patch, words) => {
    const before = await snapshot(stage.db)
    const { status, body } = await alice.patch(url, patch)
    expect([status, body]).toEqual([400, invalidRequest(stage.url, expect.stringContaining(words))])
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('holds no more metadata than at creation, however they come together', async () => {
    const half = 'x'.repeat(40_000)
    await alice.patch(url, { unstructured_metadata: { a: half } }).expect(200)
    const { body } = await alice.patch(url, { unstructured_metadata: { b: half } }).expect(400)
    expect(body.detail).toBe('unstructured_metadata must have at most 65536 bytes as JSON')
  })

  it('changes only where it is as its caller has seen it (If-Match)', async () => {
    const { etag } = (await shown()).headers as { etag: string }
    const change = (description: string, tag: string) =>
      alice.patch(url, { description }).set('if-match', tag)
    const now = (await change('first', etag).expect(200)).headers.etag as string
    const { status, body } = await change('second', etag)
    expect([status, body]).toEqual([
      412,
      shapeA(stage.url, 412, 'precondition_failed', expect.stringContaining('get it again')),
    ])
    await change('first', etag).expect(412)
    await change('third', `"other", ${now}`).expect(200)
    await change('fourth', '*').expect(200)
    await change('fifth', 'unquoted').expect(400)
    expect((await shown()).body.description).toBe('fourth')
  })

  it('lets one of several changes through that were made of the same version', async () => {
    const { etag } = (await shown()).headers as { etag: string }
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => alice.patch(url, { labels: { n: `${n}` } }).set('if-match', etag)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412])
  })

  it('without a body is 405, as in Quay, whoever calls', async () => {
    for (const caller of [alice, stage.api.as()]) {
      const { status, headers, body } = await caller.patch(url)
      expect([status, headers.allow, body.error_type]).toEqual([
        405,
        'DELETE, GET, HEAD, PUT',
        'method_not_allowed',
      ])
    }
  })

  it('that does not exist is 404', async () => {
    await alice.patch(`${url}2`, { enabled: false }).expect(404)
  })
})

it('a time that has passed meanwhile may be sent back with other changes', async () => {
  await stage.robot('alice+ci')
  const passed = new Date('2026-01-01T00:00:00Z')
  await stage.db.robot.updateMany({ where: { name: 'ci' }, data: { expiresAt: passed } })
  const { body } = await alice
    .patch(ROBOT, { expires_at: '2026-01-01T00:00:00Z', description: 'old' })
    .expect(200)
  expect(body).toMatchObject({ description: 'old', expires_at: passed.toISOString() })
})

it('it is not known who made the robots of before', async () => {
  await stage.db.robot.deleteMany()
  await stage.robot('alice+ci')
  expect((await alice.get(`${ROBOT}?details=true`)).body.created_by).toBeNull()
})
