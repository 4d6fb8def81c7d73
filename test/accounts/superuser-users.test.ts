import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, apiError, apiOf, invalidRequest } from '../helpers/api.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { startService, type TestService } from '../helpers/service.ts'

const URL = '/api/v1/superuser/users'

let service: TestService
let api: Api
let root: string

beforeAll(async () => {
  service = await startService()
  api = apiOf(service.url)
  await service.createUser('root', { superuser: true })
  await service.createUser('root2', { superuser: true })
  root = await service.token('root', ['super:user'])
})
afterAll(() => service.close())

const asRoot = () => api.as(root)
const lastEntry = async () => (await auditEntries(service.db)).at(-1)

describe('who may', () => {
  const calls = [
    ['get', `${URL}/`],
    ['post', `${URL}/`],
    ['get', `${URL}/root`],
    ['put', `${URL}/root`],
    ['delete', `${URL}/root`],
    ['get', '/api/v1/superuser/organizations/'],
  ] as const

  it.each(calls)('%s %s: superusers with super:user, whatever the body', async (method, path) => {
    await service.createUser('mallory').catch(() => {})
    const everything = ['user:admin', 'org:admin', 'repo:admin', 'user:read'] as const
    const tokens = [
      await service.token('root', [...everything]),
      await service.token('mallory', [...everything, 'super:user']),
    ]
    const before = await snapshot(service.db)
    for (const token of tokens) {
      const { body } = await api
        .call(method, path, token)
        .send(method === 'get' ? undefined : { username: 5 })
      expect(body).toEqual(apiError(service.url, 'insufficient_scope'))
    }
    const { body } = await api.call(method, path)
    expect(body).toEqual(apiError(service.url, 'invalid_token'))
    expect(await snapshot(service.db)).toEqual(before)
  })
})

describe('creating', () => {
  it('gives a password that works and is stored nowhere', async () => {
    const { body } = await asRoot()
      .post(`${URL}/`, { username: 'newbie', email: 'newbie@example.com', other: 1 })
      .expect(200)
    expect(body).toEqual({
      username: 'newbie',
      email: 'newbie@example.com',
      password: expect.stringMatching(/^[A-Z0-9]{32}$/),
      encrypted_password: '',
    })
    await api.login('newbie', body.password).expect(200)
    expect(JSON.stringify(await snapshot(service.db))).not.toContain(body.password)
    expect(await lastEntry()).toMatchObject({
      kind: 'user_create',
      performerName: 'root',
      metadata: { username: 'newbie', superuser: false },
    })
  })

  it.each([{}, { email: '' }])('needs no address: %j', async (more) => {
    const username = `plain${Object.keys(more).length}`
    const { body } = await asRoot()
      .post(`${URL}/`, { username, ...more })
      .expect(200)
    expect(body.email).toBeNull()
  })

  it.each([
    ['newbie', 'Username has already been taken by user cannot be reused: newbie'],
    [
      'taken-org',
      'Username has already been taken by an organization and cannot be reused: taken-org',
    ],
    ['x', 'Invalid namespace x: Namespace must be between 2 and 255 characters in length'],
  ])('refuses the name %s', async (username, message) => {
    await service.createOrganization('taken-org', 'root').catch(() => {})
    const { body } = await asRoot().post(`${URL}/`, { username }).expect(400)
    expect(body).toEqual({ message })
  })

  it('refuses an address that is none or in use', async () => {
    const post = (email: string) => asRoot().post(`${URL}/`, { username: 'other', email })
    expect((await post('nonsense').expect(400)).body).toEqual({ message: 'Invalid email address' })
    for (const used of ['newbie@example.com', 'NewBie@Example.COM']) {
      expect((await post(used).expect(400)).body).toEqual({
        message: 'Email has already been used',
      })
    }
  })

  it.each([{}, { username: 5 }, { username: 'a\0b' }, { username: 'ab', email: 5 }, []])(
    'refuses the body %j',
    async (sent) => {
      const { body } = await asRoot().post(`${URL}/`, sent).expect(400)
      expect(body).toEqual(invalidRequest(service.url))
    },
  )
})

describe('reading', () => {
  it('describes a user, and no organization or robot', async () => {
    await service.createUser('described')
    const { body } = await asRoot().get(`${URL}/described`).expect(200)
    expect(body).toEqual({
      kind: 'user',
      name: 'described',
      username: 'described',
      email: 'described@example.com',
      verified: true,
      avatar: expect.objectContaining({ name: 'described', kind: 'user' }),
      super_user: false,
      global_readonly_super_user: false,
      enabled: true,
    })
    await service.createOrganization('an-org', 'root')
    for (const name of ['an-org', 'nobody', 'described+bot', 'DESCRIBED', '%00', 'a%2Fb']) {
      const { body } = await asRoot().get(`${URL}/${name}`).expect(404)
      expect(body).toEqual(apiError(service.url, 'not_found'))
    }
  })

  const names = (users: { name: string }[]) => users.map(({ name }) => name)

  it.each(['users', 'organizations'] as const)('lists %s page by page', async (kind) => {
    const path = `/api/v1/superuser/${kind}/`
    for (const name of ['page-a', 'page-b']) {
      await service.createOrganization(`${name}-org`, 'root').catch(() => {})
    }
    const { body: all } = await asRoot().get(path).expect(200)
    expect(all).not.toHaveProperty('next_page')
    const paged: string[] = []
    let next: string | undefined
    do {
      const query = `?limit=2${next === undefined ? '' : `&next_page=${next}`}`
      const { body } = await asRoot()
        .get(path + query)
        .expect(200)
      expect(body[kind].length).toBeLessThanOrEqual(2)
      paged.push(...names(body[kind]))
      next = body.next_page
    } while (next !== undefined)
    expect(paged).toEqual(names(all[kind]))
    expect(paged).toContain(kind === 'users' ? 'root' : 'page-a-org')
    expect(paged).not.toContain(kind === 'users' ? 'page-a-org' : 'root')
  })

  it('leaves disabled users out where they are not wanted', async () => {
    await service.createUser('sleeper')
    await asRoot().put(`${URL}/sleeper`, { enabled: false }).expect(200)
    const list = async (query: string) =>
      names((await asRoot().get(`${URL}/${query}`).expect(200)).body.users)
    expect(await list('')).toContain('sleeper')
    expect(await list('?disabled=true')).toContain('sleeper')
    expect(await list('?disabled=false')).not.toContain('sleeper')
    expect(await list('?disabled=false')).toContain('root')
  })

  it.each([
    'limit=0',
    'limit=-1',
    'limit=x',
    'limit=1.5',
    'limit=%00',
    'next_page=x',
    'next_page=',
  ])('refuses %s', async (query) => {
    const { body } = await asRoot().get(`${URL}/?${query}`).expect(400)
    expect(body).toEqual(invalidRequest(service.url))
  })

  it('holds at most 100 users at a time', async () => {
    await service.db.namespace.createMany({
      data: Array.from({ length: 101 }, (_, index) => ({
        id: crypto.randomUUID(),
        name: `zz-many${index}`,
        kind: 'user' as const,
        createdAt: new Date(),
      })),
    })
    expect((await asRoot().get(`${URL}/?limit=100000`)).body.users).toHaveLength(100)
    expect((await asRoot().get(`${URL}/`)).body.users).toHaveLength(50)
    await service.db.namespace.deleteMany({ where: { name: { startsWith: 'zz-many' } } })
  })
})
