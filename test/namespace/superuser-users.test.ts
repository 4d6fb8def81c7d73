import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, apiError, apiOf, invalidRequest } from '../helpers/api.ts'
import { PASSWORD, startService, type TestService } from '../helpers/service.ts'
import { addRepository, addTeam, auditEntries, snapshot } from '../helpers/world.ts'

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
    expect((await post('newbie@example.com').expect(400)).body).toEqual({
      message: 'Email has already been used',
    })
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

describe('changing', () => {
  beforeAll(() => service.createUser('bob'))

  it('answers what the user was before', async () => {
    const { body } = await asRoot()
      .put(`${URL}/bob`, { email: 'robert@example.com', enabled: true })
      .expect(200)
    expect(body).toMatchObject({ name: 'bob', email: 'bob@example.com', enabled: true })
    expect(body).not.toHaveProperty('encrypted_password')
    const { body: after } = await asRoot().get(`${URL}/bob`)
    expect(after.email).toBe('robert@example.com')
    expect(await lastEntry()).toMatchObject({
      kind: 'user_change_email',
      namespaceName: 'bob',
      performerName: 'root',
      metadata: { username: 'bob', email: 'robert@example.com', old_email: 'bob@example.com' },
    })
  })

  it('replaces the password', async () => {
    const { body } = await asRoot().put(`${URL}/bob`, { password: 'another-one' }).expect(200)
    expect(body.encrypted_password).toBe('')
    await api.login('bob', PASSWORD).expect(401)
    await api.login('bob', 'another-one').expect(200)
    const entries = await auditEntries(service.db)
    expect(entries.at(-1)).toMatchObject({ kind: 'user_change_password', namespaceName: 'bob' })
    expect(JSON.stringify(entries)).not.toContain('another-one')
  })

  it('changes all that is given or nothing', async () => {
    const before = await snapshot(service.db)
    const refusals = [
      [{ enabled: false, email: 'root@example.com' }, 'Email has already been used'],
      [{ enabled: false, email: 'x' }, 'Invalid email address'],
      [
        { enabled: false, password: 'short' },
        'Invalid password, password must be at least 8 characters and contain no whitespace.',
      ],
    ] as const
    for (const [sent, message] of refusals) {
      const { body } = await asRoot().put(`${URL}/bob`, sent).expect(400)
      expect(body).toEqual({ message })
    }
    for (const sent of [{ enabled: 'no' }, { email: null }, { password: 5 }, { email: 'a\0@b' }]) {
      const { body } = await asRoot().put(`${URL}/bob`, sent).expect(400)
      expect(body).toEqual(invalidRequest(service.url))
    }
    await asRoot().put(`${URL}/bob`, {}).expect(200)
    await asRoot().put(`${URL}/bob`, { enabled: true, superuser: true }).expect(200)
    expect(await snapshot(service.db)).toEqual(before)
  })

  it('knows no organizations, robots and strangers', async () => {
    await asRoot().put(`${URL}/nobody`, { enabled: false }).expect(404)
    await asRoot().delete(`${URL}/nobody`).expect(404)
    await asRoot().delete(`${URL}/an-org`).expect(404)
    await asRoot().put(`${URL}/an-org`, { enabled: false }).expect(404)
  })

  it.each(['root', 'root2'])('does not touch superusers: %s', async (name) => {
    const before = await snapshot(service.db)
    const update = await asRoot().put(`${URL}/${name}`, { enabled: false }).expect(400)
    expect(update.body).toEqual(invalidRequest(service.url, 'Cannot update a superuser'))
    const removal = await asRoot().delete(`${URL}/${name}`).expect(400)
    expect(removal.body).toEqual(invalidRequest(service.url, 'Cannot delete a superuser'))
    expect(await snapshot(service.db)).toEqual(before)
  })
})

describe('disabling', () => {
  it('locks out the user, tokens and robots at once, until the user is enabled again', async () => {
    await service.createUser('worker')
    const token = await service.token('worker', ['user:admin'])
    const { body: robot } = await api.as(token).put('/api/v1/user/robots/bot').expect(200)
    const works = async () => [
      (await api.as(token).get('/api/v1/user/robots')).status,
      (await api.login('worker+bot', robot.token)).status,
      (await api.login('worker', PASSWORD)).status,
      (await api.login('$oauthtoken', token)).status,
    ]
    expect(await works()).toEqual([200, 200, 200, 200])
    await asRoot().put(`${URL}/worker`, { enabled: false }).expect(200)
    expect(await lastEntry()).toMatchObject({ kind: 'user_disable', namespaceName: 'worker' })
    expect(await works()).toEqual([401, 401, 401, 401])
    await asRoot().put(`${URL}/worker`, { enabled: true }).expect(200)
    expect(await lastEntry()).toMatchObject({ kind: 'user_enable', namespaceName: 'worker' })
    expect(await works()).toEqual([200, 200, 200, 200])
  })
})

describe('deleting', () => {
  it('takes what is the user’s, and nothing else', async () => {
    await service.createUser('keeper')
    await service.createOrganization('stays', 'keeper')
    await addRepository(service.db, 'stays/web')
    const before = await snapshot(service.db)

    await service.createUser('leaver')
    const token = await service.token('leaver', ['user:admin'])
    const { body: robot } = await api.as(token).put('/api/v1/user/robots/bot').expect(200)
    await addRepository(service.db, 'leaver/own', { robots: { 'leaver+bot': 'read' } })
    await addTeam(service.db, 'stays', { name: 'admins', role: 'admin', members: ['leaver'] })

    await asRoot().delete(`${URL}/leaver`).expect(204)
    expect(await lastEntry()).toMatchObject({
      kind: 'user_delete',
      namespaceName: 'leaver',
      performerName: 'root',
      metadata: { username: 'leaver' },
    })
    await asRoot().get(`${URL}/leaver`).expect(404)
    await api.as(token).get('/api/v1/user/robots').expect(401)
    await api.login('leaver+bot', robot.token).expect(401)
    expect(await service.db.oAuthToken.count({ where: { user: { name: 'leaver' } } })).toBe(0)

    await service.db.team.deleteMany({ where: { name: 'admins' } })
    const after = await snapshot(service.db)
    expect({ ...after, audit_entries: [] }).toEqual({ ...before, audit_entries: [] })
  })

  it('refuses the only administrator of organizations, by name', async () => {
    await service.createUser('sole')
    await service.createUser('asleep')
    for (const name of ['sole-b', 'sole-a']) await service.createOrganization(name, 'sole')
    await service.createOrganization('shared', 'sole')
    await addTeam(service.db, 'shared', { name: 'more', role: 'admin', members: ['keeper'] })
    await addTeam(service.db, 'sole-a', { name: 'more', role: 'admin', members: ['asleep'] })
    await addTeam(service.db, 'sole-b', { name: 'more', role: 'creator', members: ['keeper'] })
    await asRoot().put(`${URL}/asleep`, { enabled: false }).expect(200)
    const before = await snapshot(service.db)
    const { body } = await asRoot().delete(`${URL}/sole`).expect(400)
    expect(body).toEqual({
      message: 'Cannot delete sole as the only admin for organizations: sole-a, sole-b',
    })
    expect(await snapshot(service.db)).toEqual(before)
  })

  it('leaves an administrator where two are deleted at once', async () => {
    for (const name of ['first', 'second']) await service.createUser(name)
    await service.createOrganization('duo', 'first')
    await addTeam(service.db, 'duo', { name: 'more', role: 'admin', members: ['second'] })
    const answers = await Promise.all(
      ['first', 'second'].map((name) => asRoot().delete(`${URL}/${name}`)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400])
  })

  it('gives a new account of the same name nothing of the old one', async () => {
    await service.createUser('phoenix')
    const old = await service.token('phoenix', ['user:admin'])
    await asRoot().put(`${URL}/phoenix`, { email: 'old@example.com' }).expect(200)
    await asRoot().delete(`${URL}/phoenix`).expect(204)
    await service.createUser('phoenix')
    await api.as(old).get('/api/v1/user/logs').expect(401)
    const token = await service.token('phoenix', ['user:admin'])
    expect((await api.as(token).get('/api/v1/user/logs').expect(200)).body.logs).toEqual([])
  })
})
