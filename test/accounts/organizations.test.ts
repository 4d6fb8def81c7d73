import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, invalidRequest } from '../helpers/api.ts'
import type { Stage } from '../helpers/stage.ts'
import { avatar } from './expected-avatar.ts'
import { startMemberStage } from './member-stage.ts'

const PATTERN = 'Namespace must match expression ^([a-z0-9]+(?:[._-][a-z0-9]+)*)$'

let stage: Stage

beforeAll(async () => {
  stage = await startMemberStage()
  await stage.repository('acme/web', { teams: { devs: 'write' } })
})

afterAll(() => stage.close())

describe('an organization', () => {
  const team = (name: string, role: string, fields: object) => ({
    ...{ name, role, description: '', is_synced: false },
    avatar: avatar(name, 'team'),
    ...fields,
  })
  const outside = {
    name: 'acme',
    email: '',
    avatar: avatar('acme', 'user'),
    is_admin: false,
    is_member: false,
  }

  it('is shown with teams and address to its administrators', async () => {
    const { status, body } = await (await stage.client('alice', 'org:admin')).get(
      '/api/v1/organization/acme',
    )

    expect([status, body]).toEqual([
      200,
      {
        ...outside,
        avatar: avatar('acme', 'user', 'acme@example.com'),
        ...{ email: 'Acme@Example.com', is_admin: true, is_member: true },
        teams: {
          owners: team('owners', 'admin', { can_view: true, repo_count: 0, member_count: 1 }),
          devs: team('devs', 'member', { can_view: true, repo_count: 1, member_count: 1 }),
          makers: team('makers', 'creator', { can_view: true, repo_count: 0, member_count: 2 }),
        },
        ordered_teams: expect.arrayContaining(['owners', 'devs', 'makers']),
        ...{ invoice_email: false, invoice_email_address: null },
        ...{ tag_expiration_s: 1_209_600, is_free_account: true },
      },
    ])
  })

  it('is shown with teams to its members, and their own can be viewed', async () => {
    const { body } = await (await stage.client('bob', 'org:admin')).get('/api/v1/organization/acme')

    expect(body).toMatchObject({ ...outside, is_member: true })
    expect(body).not.toHaveProperty('invoice_email')
    const views = Object.entries(body.teams as Record<string, { can_view: boolean }>)
    expect(Object.fromEntries(views.map(([name, { can_view }]) => [name, can_view]))).toEqual({
      ...{ owners: false, devs: true, makers: true },
    })
  })

  it('is shown barely to everybody else, and to members whose token may not see it', async () => {
    const clients = [
      stage.api.as(),
      stage.api.as('x'.repeat(40)),
      await stage.client('dave', 'org:admin', 'user:admin'),
      await stage.client('root', 'super:user', 'org:admin'),
      await stage.client('alice', 'user:admin'),
    ]
    for (const client of clients) {
      const { status, body } = await client.get('/api/v1/organization/acme')
      expect([status, body]).toEqual([200, outside])
    }
  })

  it.each(['none', 'alice', 'ACME', 'acm_', '%25'])(
    'is not there by the name of %s',
    async (name) => {
      const client = await stage.client('alice', 'org:admin', 'user:admin')
      const { status, body } = await client.get(`/api/v1/organization/${name}`)
      expect([status, body]).toEqual([404, apiError(stage.url, 'not_found')])
    },
  )
})

describe('creating an organization', () => {
  let count = 0

  it.each([
    [{ name: 'one' }, ''],
    [{ name: 'two', email: 'two@example.com' }, 'two@example.com'],
    [{ name: 'three', contact_email: 'three@example.com' }, 'three@example.com'],
    [{ name: `x${'y'.repeat(254)}` }, ''],
  ])('makes the caller its administrator: %#', async (organization, email) => {
    const dave = await stage.client('dave', 'user:admin', 'org:admin')
    const { status, body } = await dave.post('/api/v1/organization/', organization)

    expect([status, body]).toEqual([201, 'Created'])
    expect((await dave.get(`/api/v1/organization/${organization.name}`)).body).toMatchObject({
      ...{ name: organization.name, email, is_admin: true, ordered_teams: ['owners'] },
    })
    expect((await dave.put(`/api/v1/organization/${organization.name}/robots/ab`)).status).toBe(
      organization.name.length > 252 ? 400 : 201,
    )
  })

  it.each([
    [{ name: 'acme' }, 'A user or organization with this name already exists'],
    [{ name: 'bob' }, 'A user or organization with this name already exists'],
    [{ name: 'Bad!' }, `Invalid namespace Bad!: ${PATTERN}`],
    [
      { name: 'a' },
      'Invalid namespace a: Namespace must be between 2 and 255 characters in length',
    ],
    [{ name: 'new', email: 'nonsense' }, 'Invalid email address'],
  ])('is refused with what is wrong: %j', async (organization, reason) => {
    const client = await stage.client('alice', 'user:admin')
    const { status, body } = await client.post('/api/v1/organization/', organization)

    expect([status, body]).toEqual([400, invalidRequest(stage.url, reason)])
    expect((await client.get('/api/v1/organization/new')).status).toBe(404)
  })

  it.each(['Acme@Example.com', 'bob@example.com', 'BOB@example.com'])(
    'may share the address of another organization or of a user: %s',
    async (email) => {
      const alice = await stage.client('alice', 'user:admin', 'org:admin')
      const name = `shares${count++}`
      await alice.post('/api/v1/organization/', { name, email }).expect(201)
      expect((await alice.get(`/api/v1/organization/${name}`)).body).toMatchObject({ email })
    },
  )

  it('needs user:admin', async () => {
    const client = await stage.client('alice', 'org:admin', 'repo:create', 'user:read')
    const { status, body } = await client.post('/api/v1/organization/', { name: 'new' })
    expect([status, body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
  })

  it('succeeds once when ten try at the same time', async () => {
    const client = await stage.client('alice', 'user:admin')
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.post('/api/v1/organization/', { name: 'rush' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(400)])
  })
})
