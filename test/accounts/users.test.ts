import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { apiError, apiOf } from '../helpers/api.ts'
import { addTeam } from '../helpers/rows.ts'
import { startService, type TestService } from '../helpers/service.ts'

let service: TestService
const as = async (user: string, ...scopes: Scope[]) =>
  apiOf(service.url).as(await service.token(user, scopes))

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const avatar = (name: string, kind: string, identity: string | undefined = name) => ({
  name,
  hash: identity === '' ? expect.stringMatching(/^[0-9a-f]{64}$/) : sha256(identity),
  color: expect.stringMatching(/^#[0-9a-f]{6}$/),
  kind,
})

beforeAll(async () => {
  service = await startService()
  for (const name of ['alice', 'bob', 'carol', 'dave']) await service.createUser(name)
  await service.createUser('root', { superuser: true })
  const alice = await as('alice', 'user:admin')
  await alice.post('/api/v1/organization/', { name: 'acme', email: 'Acme@Example.com' })
  await addTeam(service.db, 'acme', { name: 'devs', role: 'member', members: ['bob'] })
  await addTeam(service.db, 'acme', { name: 'makers', role: 'creator', members: ['carol', 'bob'] })
})

afterAll(() => service.close())

describe('the user who calls', () => {
  it('is shown with name, avatar and organizations alone to a token with user:read', async () => {
    const { status, body } = await (await as('bob', 'user:read')).get('/api/v1/user/')

    expect([status, body]).toEqual([
      200,
      {
        anonymous: false,
        username: 'bob',
        avatar: avatar('bob', 'user'),
        organizations: [
          {
            name: 'acme',
            avatar: avatar('acme', 'org'),
            can_create_repo: false,
            public: false,
          },
        ],
      },
    ])
  })

  it('is shown completely to a token with user:admin', async () => {
    const { body } = await (await as('dave', 'user:admin')).get('/api/v1/user/')

    expect(body).toEqual({
      anonymous: false,
      username: 'dave',
      avatar: avatar('dave', 'user', 'dave@example.com'),
      can_create_repo: true,
      is_me: true,
      verified: true,
      email: 'dave@example.com',
      logins: [],
      invoice_email: false,
      invoice_email_address: null,
      preferred_namespace: false,
      tag_expiration_s: 1_209_600,
      prompts: [],
      company: null,
      family_name: null,
      given_name: null,
      location: null,
      is_free_account: true,
      has_password_set: true,
      organizations: [],
    })
  })

  it.each<[string, Scope[], boolean, boolean]>([
    ['alice', ['user:admin', 'org:admin', 'repo:create'], true, true],
    ['alice', ['user:admin', 'org:admin'], false, true],
    ['alice', ['user:admin'], false, false],
    ['bob', ['user:admin', 'org:admin', 'repo:create'], true, false],
    ['carol', ['user:admin', 'repo:create'], true, false],
  ])(
    'learns the rights that the token leaves: %s with %j',
    async (user, scopes, creates, admin) => {
      const { body } = await (await as(user, ...scopes)).get('/api/v1/user/')

      expect(body.organizations).toMatchObject([
        { name: 'acme', can_create_repo: creates, is_org_admin: admin, preferred_namespace: false },
      ])
    },
  )

  it('is called a superuser only where the token may use that', async () => {
    const of = async (...scopes: Scope[]) =>
      (await (await as('root', ...scopes)).get('/api/v1/user/')).body

    expect((await of('user:read', 'super:user')).super_user).toBe(true)
    expect(await of('user:read', 'user:admin')).not.toHaveProperty('super_user')
    const alice = await as('alice', 'user:read', 'super:user')
    expect((await alice.get('/api/v1/user/')).body).not.toHaveProperty('super_user')
  })

  it('is nobody without the scope to be seen', async () => {
    const client = await as('alice', 'org:admin', 'repo:read', 'repo:create')
    const { status, body } = await client.get('/api/v1/user/')
    expect([status, body]).toEqual([401, apiError(service.url, 'invalid_token')])
  })
})
