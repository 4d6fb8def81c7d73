import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { apiError } from '../helpers/api.ts'
import type { Stage } from '../helpers/stage.ts'
import { avatar } from './expected-avatar.ts'
import { startMemberStage } from './member-stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startMemberStage()
})

afterAll(() => stage.close())

describe('the user who calls', () => {
  it('is shown with name, avatar and organizations alone to a token with user:read', async () => {
    const { status, body } = await (await stage.client('bob', 'user:read')).get('/api/v1/user/')

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

  it('has organizations by name', async () => {
    await stage.people('erin')
    for (const name of ['zoo', 'apes', 'moths']) await stage.organization(name, 'erin')
    const { body } = await (await stage.client('erin', 'user:read')).get('/api/v1/user/')
    const names = body.organizations.map(({ name }: { name: string }) => name)
    expect(names).toEqual(['apes', 'moths', 'zoo'])
  })

  it('is shown completely to a token with user:admin', async () => {
    const { body } = await (await stage.client('dave', 'user:admin')).get('/api/v1/user/')

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
      const { body } = await (await stage.client(user, ...scopes)).get('/api/v1/user/')

      expect(body.organizations).toMatchObject([
        { name: 'acme', can_create_repo: creates, is_org_admin: admin, preferred_namespace: false },
      ])
    },
  )

  it('is called a superuser only where the token may use that', async () => {
    const of = async (...scopes: Scope[]) =>
      (await (await stage.client('root', ...scopes)).get('/api/v1/user/')).body

    expect((await of('user:read', 'super:user')).super_user).toBe(true)
    expect(await of('user:read', 'user:admin')).not.toHaveProperty('super_user')
    const alice = await stage.client('alice', 'user:read', 'super:user')
    expect((await alice.get('/api/v1/user/')).body).not.toHaveProperty('super_user')
  })

  it('is nobody without the scope to be seen', async () => {
    const client = await stage.client('alice', 'org:admin', 'repo:read', 'repo:create')
    const { status, body } = await client.get('/api/v1/user/')
    expect([status, body]).toEqual([401, apiError(stage.url, 'invalid_token')])
  })
})
