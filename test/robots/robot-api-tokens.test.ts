import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SCOPES, type Scope } from '../../src/domain/scopes.ts'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { auditEntries, robotRow, snapshot } from '../helpers/rows.ts'
import { POLICY } from '../helpers/service.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// API tokens of robots, for users' and organizations' robots alike.

const OWNERS = { alice: '/api/v1/user/robots', acme: '/api/v1/organization/acme/robots' }
const ALL = [
  ...['repo:read', 'repo:write', 'repo:admin', 'repo:create'],
  ...['user:read', 'org:admin', 'super:user', 'user:admin'],
]
const DAY = 86_400

let stage: Stage
let now = Date.parse('2026-11-23T12:00:00Z')
let alice: Client

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  await stage.superusers('alice')
  await stage.people('bob', 'carol')
  await stage.organization('acme')
  await stage.team('acme', { name: 'admins', role: 'admin', members: ['bob'] })
  await stage.team('acme', { name: 'creators', role: 'creator', members: ['carol'] })
  await stage.robot('alice+ci')
  await stage.robot('acme+ci')
  await stage.robot('acme+other')
})

afterAll(() => stage.close())

beforeEach(async () => {
  await stage.db.robotApiToken.deleteMany()
  await stage.clearLog()
  alice = await stage.client('alice', ...SCOPES)
})

const at = (seconds: number) => new Date(now + seconds * 1000).toISOString().replace('Z', '000Z')
const WANTED = { name: 'CI robot token', scope: 'repo:read', expiration: 3600 }

describe.each(Object.entries(OWNERS))('a robot of %s', (owner, robots) => {
  const tokens = `${robots}/ci/tokens`
  const make = (body: object = {}, client = alice) => client.post(tokens, { ...WANTED, ...body })
  const listed = async () => (await alice.get(tokens).expect(200)).body

  it('gets a token that is shown once, and listed', async () => {
    const { body, headers } = await make().expect(200)
    const { token, ...rest } = body
    expect(token).toMatch(/^qro_[A-Z0-9]{60}$/)
    expect(rest).toEqual({
      uuid: expect.any(String),
      name: 'CI robot token',
      scope: 'repo:read',
      expires_at: at(3600),
      created: at(0),
      created_by: 'alice',
      last_accessed: null,
    })
    expect(headers['cache-control']).toBe('no-store')
    expect(await listed()).toEqual({ tokens: [rest] })
  })

  it('gets tokens for 30 days, and for 90 at most; fractions of a second count nothing', async () => {
    const ends = []
    for (const expiration of [undefined, 90 * DAY + 0.9, 1.9]) {
      ends.push((await make({ expiration }).expect(200)).body.expires_at)
    }
    expect(ends).toEqual([at(30 * DAY), at(90 * DAY), at(1)])
  })

  it('keeps name and scopes as they are meant', async () => {
    const scope = ' repo:write,repo:read  repo:write '
    const { body } = await make({ name: ' ci ', scope, unknown: true }).expect(200)
    expect(body).toMatchObject({ name: 'ci', scope: 'repo:write repo:read' })
  })

  it.each([
    [{ name: '  ', expiration: 91 * DAY }, "'name' cannot be empty"],
    [
      { expiration: 90 * DAY + 1, scope: 'no' },
      "'expiration' must be 7776000 seconds (90 days) at most",
    ],
    [{ scope: 'repo:read everything' }, 'Invalid scope: repo:read everything'],
    [{ scope: 'direct_user_login' }, 'Invalid scope: direct_user_login'],
    [{ scope: ' , ' }, 'Invalid scope:  , '],
  ])('refuses %j in the words of the model', async (wrong, message) => {
    const before = await snapshot(stage.db)
    const { status, body } = await make(wrong)
    expect([status, body]).toEqual([400, { message }])
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it.each([
    [{ name: undefined }, /name/],
    [{ name: '' }, /name must not be empty/],
    [{ name: 'x'.repeat(256) }, /name must have at most 255 characters/],
    [{ name: 7 }, /name/],
    [{ scope: undefined }, /scope/],
    [{ expiration: 0 }, /expiration must be 1 or more/],
    [{ expiration: '3600' }, /expiration/],
    [{ expiration: null }, /expiration/],
  ])('refuses a body with %j', async (wrong, words) => {
    const { status, body } = await make(wrong)
    expect([status, body]).toEqual([400, invalidRequest(stage.url, expect.stringMatching(words))])
  })

  it('lists tokens newest first, 50 a page, those that have expired as well', async () => {
    for (let n = 0; n < 51; n++) {
      await make({ name: `n${n}`, expiration: 1 }).expect(200)
      now += 1000
    }
    const first = await listed()
    expect(first.tokens).toHaveLength(50)
    expect(first.tokens[0].name).toBe('n50')
    const { body } = await alice.get(`${tokens}?next_page=${first.next_page}`).expect(200)
    expect(body).toEqual({ tokens: [expect.objectContaining({ name: 'n0' })] })
    await alice.get(`${tokens}?next_page=nonsense`).expect(400)
  })

  it('keeps the last hundred that have expired', async () => {
    await make({ name: 'first', expiration: 1 }).expect(200)
    const row = await stage.db.robotApiToken.findFirstOrThrow()
    const more = Array.from({ length: 100 }, (_, n) => ({
      ...row,
      name: 'later',
      id: `0fff${row.id.slice(4, -3)}${String(n).padStart(3, '0')}`,
      code: `code${n}`,
    }))
    const { id: robotId } = await robotRow(stage.db, 'acme+other')
    const others = { ...row, name: 'of another robot', robotId, code: 'another' }
    await stage.db.robotApiToken.createMany({
      data: [...more, { ...others, id: `0eee${row.id.slice(4)}` }],
    })
    now += 1000
    await make({ name: 'last' }).expect(200)
    const names = (await stage.db.robotApiToken.findMany()).map(({ name }) => name)
    expect(names).toHaveLength(102)
    expect(names).toContain('of another robot')
    expect(names).toContain('last')
    expect(names).not.toContain('first')
  })

  it('has 20 that have not expired at most, however many are asked for at once', async () => {
    const asked = await Promise.all(Array.from({ length: 25 }, () => make()))
    expect(asked.filter(({ status }) => status === 200)).toHaveLength(20)
    const { status, body } = await make()
    const message = 'Token limit reached: maximum 20 non-expired tokens per robot'
    expect([status, body]).toEqual([400, { message }])
    now += 3600 * 1000
    await make({}, await stage.client('alice', ...SCOPES)).expect(200)
  })

  it('loses a token at the first asking', async () => {
    const { uuid } = (await make().expect(200)).body
    const other = owner === 'acme' ? `${robots}/other/tokens` : `${OWNERS.acme}/ci/tokens`
    await alice.delete(`${other}/${uuid}`).expect(404)
    await alice.delete(`${tokens}/${uuid}`).expect(204).expect('')
    for (const gone of [uuid, 'none']) {
      const { status, body } = await alice.delete(`${tokens}/${gone}`)
      expect([status, body]).toEqual([404, apiError(stage.url, 'not_found')])
    }
    expect(await listed()).toEqual({ tokens: [] })
  })

  it('has both in the log of its owner, by the full name, found by either', async () => {
    const { body } = await make({ scope: 'repo:read,repo:write' }).expect(200)
    await alice.delete(`${tokens}/${body.uuid}`).expect(204)
    const robot = `${owner}+ci`
    const uuid = { robot, api_token_uuid: body.uuid }
    expect(await auditEntries(stage.db)).toMatchObject([
      {},
      {
        kind: 'create_robot_api_token',
        namespaceName: owner,
        performerName: 'alice',
        metadata: {
          ...uuid,
          ...{ scope: 'repo:read repo:write', token_display_name: 'CI robot token' },
          expiration: 3600,
        },
      },
      { kind: 'revoke_robot_api_token', namespaceName: owner, metadata: uuid },
    ])
    const logs = owner === 'acme' ? '/api/v1/organization/acme/logs' : '/api/v1/user/logs'
    const { logs: found } = (await alice.get(`${logs}?robot=ci`).expect(200)).body
    expect(found).toHaveLength(2)
  })

  it.each(['mintable-scopes', 'tokens'])('which there is not: %s is 404', async (list) => {
    const { status, body } = await alice.get(`${robots}/missing/${list}`)
    expect([status, body]).toEqual([404, apiError(stage.url, 'not_found')])
    await alice.post(`${robots}/missing/tokens`, { ...WANTED, name: ' ' }).expect(404)
    await alice.delete(`${robots}/missing/tokens/none`).expect(404)
  })

  it('takes its tokens with it', async () => {
    await stage.robot(`${owner}+doomed`)
    await alice.post(`${robots}/doomed/tokens`, WANTED).expect(200)
    await alice.delete(`${robots}/doomed`).expect(204)
    expect(await stage.db.robotApiToken.count()).toBe(0)
  })
})

describe('scopes that a caller may give', () => {
  const given = async (client: Client, robots = OWNERS.acme) =>
    (await client.get(`${robots}/ci/mintable-scopes`).expect(200)).body
  const make = (client: Client, scope: string) =>
    client.post(`${OWNERS.acme}/ci/tokens`, { ...WANTED, scope })

  it.each(Object.values(OWNERS))(
    'are all eight for a superuser who holds them: %s',
    async (robots) => {
      expect(await given(alice, robots)).toEqual({ scopes: ALL })
    },
  )

  it('leave out super:user for who is none', async () => {
    const bob = await stage.client('bob', ...SCOPES)
    expect(await given(bob)).toEqual({ scopes: ALL.filter((scope) => scope !== 'super:user') })
  })

  it.each<[Scope[], string[]]>([
    [['org:admin'], ['org:admin']],
    [
      ['org:admin', 'repo:admin'],
      ['repo:read', 'repo:write', 'repo:admin', 'org:admin'],
    ],
    [
      ['org:admin', 'repo:write', 'user:admin'],
      ['repo:read', 'repo:write', 'org:admin', 'user:admin'],
    ],
  ])('are those that the token of %j includes, and no token has others', async (held, wanted) => {
    const bob = await stage.client('bob', ...held)
    expect(await given(bob)).toEqual({ scopes: wanted })
    for (const scope of ALL) {
      const { status, body } = await make(bob, scope)
      if (wanted.includes(scope)) expect([scope, status]).toEqual([scope, 200])
      else
        expect([scope, status, body]).toEqual([
          scope,
          403,
          apiError(stage.url, 'insufficient_scope'),
        ])
    }
    await make(bob, ALL.join(' ')).expect(403)
  })

  it('are none for an application, which makes, sees and ends no token', async () => {
    const wanted = { name: 'ci', scopes: ['org:admin', 'repo:read'] }
    const applications = '/api/v1/organization/acme/applications'
    const { body: made } = await alice.post(applications, wanted).expect(200)
    const grant = await stage.api
      .call('post', '/oauth/token')
      .auth(made.client_id, made.client_secret)
      .type('form')
      .send({ grant_type: 'client_credentials' })
    const application = stage.api.as(grant.body.access_token)
    const { uuid } = (await make(alice, 'repo:read').expect(200)).body
    await make(application, 'org:admin').expect(403)
    await application.get(`${OWNERS.acme}/ci/mintable-scopes`).expect(403)
    await application.get(`${OWNERS.acme}/ci/tokens`).expect(403)
    await application.delete(`${OWNERS.acme}/ci/tokens/${uuid}`).expect(403)
  })
})

describe('callers without the right', () => {
  it.each<[string, string, Scope[], string, number]>([
    ['no administrator', 'carol', [...SCOPES], OWNERS.acme, 403],
    ['an administrator without org:admin', 'bob', ['user:admin', 'repo:admin'], OWNERS.acme, 403],
    ['a user without user:admin', 'alice', ['org:admin', 'super:user'], OWNERS.alice, 403],
    ['a superuser without full access', 'alice', ['super:user'], OWNERS.acme, 403],
    [
      'who asks for an organization that is none',
      'bob',
      [...SCOPES],
      OWNERS.acme.replace('acme', 'none'),
      403,
    ],
  ])('%s: refused, before what is wrong is told', async (_, user, scopes, robots, status) => {
    const client = await stage.client(user, ...scopes)
    await client.get(`${robots}/ci/mintable-scopes`).expect(status)
    await client.get(`${robots}/ci/tokens`).expect(status)
    await client.post(`${robots}/ci/tokens`, {}).expect(status)
    await client.delete(`${robots}/ci/tokens/none`).expect(status)
  })

  it('nobody: 401', async () => {
    const nobody = stage.api.as(undefined)
    await nobody.get(`${OWNERS.acme}/ci/tokens`).expect(401)
    await nobody.post(`${OWNERS.acme}/ci/tokens`, {}).expect(401)
  })
})

it('forgets who made a token once there is no such user', async () => {
  await stage.people('dora')
  await stage.team('acme', { name: 'more', role: 'admin', members: ['dora'] })
  const dora = await stage.client('dora', 'org:admin')
  await dora.post(`${OWNERS.acme}/ci/tokens`, { ...WANTED, scope: 'org:admin' }).expect(200)
  await alice.delete('/api/v1/superuser/users/dora').expect(204)
  const { tokens } = (await alice.get(`${OWNERS.acme}/ci/tokens`).expect(200)).body
  expect(tokens).toMatchObject([{ created_by: null }])
})

it('is all 404 where policy.robot_api_tokens is false', async () => {
  const config = { policy: { ...POLICY, robotApiTokens: false } }
  const without = await startStage({ config })
  await without.people('alice')
  await without.robot('alice+ci')
  const client = await without.client('alice', ...SCOPES)
  await client.get(`${OWNERS.alice}/ci/mintable-scopes`).expect(404)
  await client.get(`${OWNERS.alice}/ci/tokens`).expect(404)
  await client.post(`${OWNERS.alice}/ci/tokens`, WANTED).expect(404)
  await without.close()
})
