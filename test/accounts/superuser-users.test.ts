import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, invalidRequest } from '../helpers/api.ts'
import { addUsers, snapshot } from '../helpers/rows.ts'
import { type SuperuserStage, startSuperuserStage } from './superuser-stage.ts'

const URL = '/api/v1/superuser/users'

let stage: SuperuserStage

beforeAll(async () => {
  stage = await startSuperuserStage()
})
afterAll(() => stage.close())

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
    await stage.people('mallory').catch(() => {})
    const everything = ['user:admin', 'org:admin', 'repo:admin', 'user:read'] as const
    const tokens = [
      await stage.token('root', [...everything]),
      await stage.token('mallory', [...everything, 'super:user']),
    ]
    const before = await snapshot(stage.db)
    for (const token of tokens) {
      const { body } = await stage.api
        .call(method, path, token)
        .send(method === 'get' ? undefined : { username: 5 })
      expect(body).toEqual(apiError(stage.url, 'insufficient_scope'))
    }
    const { body } = await stage.api.call(method, path)
    expect(body).toEqual(apiError(stage.url, 'invalid_token'))
    expect(await snapshot(stage.db)).toEqual(before)
  })
})

describe('creating', () => {
  it('gives a password that works and is stored nowhere', async () => {
    const { body } = await stage.root
      .post(`${URL}/`, { username: 'newbie', email: 'newbie@example.com', other: 1 })
      .expect(200)
    expect(body).toEqual({
      username: 'newbie',
      email: 'newbie@example.com',
      password: expect.stringMatching(/^[A-Z0-9]{32}$/),
      encrypted_password: '',
    })
    await stage.api.login('newbie', body.password).expect(200)
    expect(JSON.stringify(await snapshot(stage.db))).not.toContain(body.password)
    expect(await stage.lastEntry()).toMatchObject({
      kind: 'user_create',
      performerName: 'root',
      metadata: { username: 'newbie', superuser: false },
    })
  })

  it.each([{}, { email: '' }])('needs no address: %j', async (more) => {
    const username = `plain${Object.keys(more).length}`
    const { body } = await stage.root.post(`${URL}/`, { username, ...more }).expect(200)
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
    await stage.organization('taken-org', 'root').catch(() => {})
    const { body } = await stage.root.post(`${URL}/`, { username }).expect(400)
    expect(body).toEqual({ message })
  })

  it('refuses an address that is none or in use', async () => {
    const post = (email: string) => stage.root.post(`${URL}/`, { username: 'other', email })
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
      const { body } = await stage.root.post(`${URL}/`, sent).expect(400)
      expect(body).toEqual(invalidRequest(stage.url))
    },
  )
})

describe('reading', () => {
  it('describes a user, and no organization or robot', async () => {
    await stage.people('described')
    const { body } = await stage.root.get(`${URL}/described`).expect(200)
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
    await stage.organization('an-org', 'root')
    for (const name of ['an-org', 'nobody', 'described+bot', 'DESCRIBED', '%00', 'a%2Fb']) {
      const { body } = await stage.root.get(`${URL}/${name}`).expect(404)
      expect(body).toEqual(apiError(stage.url, 'not_found'))
    }
  })

  const names = (users: { name: string }[]) => users.map(({ name }) => name)

  it.each(['users', 'organizations'] as const)('lists %s page by page', async (kind) => {
    const path = `/api/v1/superuser/${kind}/`
    for (const name of ['page-a', 'page-b']) {
      await stage.organization(`${name}-org`, 'root').catch(() => {})
    }
    const { body: all } = await stage.root.get(path).expect(200)
    expect(all).not.toHaveProperty('next_page')
    const paged: string[] = []
    let next: string | undefined
    do {
      const query = `?limit=2${next === undefined ? '' : `&next_page=${next}`}`
      const { body } = await stage.root.get(path + query).expect(200)
      expect(body[kind].length).toBeLessThanOrEqual(2)
      paged.push(...names(body[kind]))
      next = body.next_page
    } while (next !== undefined)
    expect(paged).toEqual(names(all[kind]))
    expect(paged).toContain(kind === 'users' ? 'root' : 'page-a-org')
    expect(paged).not.toContain(kind === 'users' ? 'page-a-org' : 'root')
  })

  it.each(['users', 'organizations'] as const)(
    'lists those %s that have a text in their names, a page at a time',
    async (kind) => {
      for (const name of ['some_one', 'someone', 'some-two']) {
        if (kind === 'users') await stage.people(name)
        else await stage.organization(`${name}-org`, 'root')
      }
      const path = `/api/v1/superuser/${kind}/`
      const ending = kind === 'users' ? '' : '-org'
      const list = async (query: string) => (await stage.root.get(path + query).expect(200)).body
      const first = await list('?q=some&limit=2')
      expect(names(first[kind])).toEqual([`some-two${ending}`, `some_one${ending}`])
      const second = await list(`?q=some&limit=2&next_page=${first.next_page}`)
      expect(names(second[kind])).toEqual([`someone${ending}`])
      const last = await list('?q=some&limit=2&sort=-name')
      expect(names(last[kind])).toEqual([`someone${ending}`, `some_one${ending}`])
      const before = await list(`?q=some&limit=2&sort=-name&next_page=${last.next_page}`)
      expect(names(before[kind])).toEqual([`some-two${ending}`])
      await stage.root.get(`${path}?sort=email`).expect(400)
      // It is no pattern.
      expect(names((await list('?q=e_o'))[kind])).toEqual([`some_one${ending}`])
      expect((await list('?q=%25'))[kind]).toEqual([])
      await stage.root.get(`${path}?q=a&q=b`).expect(400)
    },
  )

  it('leaves disabled users out where they are not wanted', async () => {
    await stage.people('sleeper')
    await stage.root.put(`${URL}/sleeper`, { enabled: false }).expect(200)
    const list = async (query: string) =>
      names((await stage.root.get(`${URL}/${query}`).expect(200)).body.users)
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
    const { body } = await stage.root.get(`${URL}/?${query}`).expect(400)
    expect(body).toEqual(invalidRequest(stage.url))
  })

  it('holds at most 100 users at a time', async () => {
    await addUsers(stage.db, 101, (index) => `zz-many${index}`)
    expect((await stage.root.get(`${URL}/?limit=100000`)).body.users).toHaveLength(100)
    expect((await stage.root.get(`${URL}/`)).body.users).toHaveLength(50)
    await stage.db.namespace.deleteMany({ where: { name: { startsWith: 'zz-many' } } })
  })
})
