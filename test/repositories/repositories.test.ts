import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { apiError, invalidRequest } from '../helpers/api.ts'
import { auditEntries, namespaceId, setEnabled, snapshot, teamRow } from '../helpers/rows.ts'
import type { Stage } from '../helpers/stage.ts'
import { startRivalStage } from './rival-stage.ts'

const URL = '/api/v1/repository'
const REPO_SCOPES: Scope[] = ['repo:read', 'repo:write', 'repo:admin', 'repo:create']

let stage: Stage
let tokens: Record<'alice' | 'bob' | 'carol', string>

beforeAll(async () => {
  stage = await startRivalStage()
  await stage.team('acme', { name: 'makers', role: 'creator', members: ['carol'] })
  tokens = {
    alice: await stage.token('alice', [...REPO_SCOPES, 'org:admin']),
    bob: await stage.token('bob', REPO_SCOPES),
    carol: await stage.token('carol', REPO_SCOPES),
  }
})
afterAll(() => stage.close())

beforeEach(async () => {
  await stage.db.repository.deleteMany()
  await stage.clearLog()
})

const as = (name: keyof typeof tokens) => stage.api.as(tokens[name])
const withScopes = (name: string, scopes: Scope[]) => stage.client(name, ...scopes)

const repository = (name: string, more: object = {}) => ({
  namespace: 'acme',
  repository: name,
  visibility: 'private',
  description: '',
  ...more,
})

/** Many at once, past the API. */
async function fill(namespace: string, names: string[], visibility: 'public' | 'private') {
  const id = await namespaceId(stage.db, namespace)
  await stage.db.repository.createMany({
    data: names.map((name) => ({
      id: crypto.randomUUID(),
      namespaceId: id,
      name,
      visibility,
      createdAt: new Date(),
    })),
  })
}

describe('creating a repository', () => {
  it('makes a user its administrator, and tells it whole', async () => {
    const { body } = await as('carol').post(URL, repository('web', { description: '*a*' }))
    expect(body).toEqual({ namespace: 'acme', name: 'web', kind: 'image' })
    expect((await as('carol').get(`${URL}/acme/web`).expect(200)).body).toEqual({
      namespace: 'acme',
      name: 'web',
      kind: 'image',
      description: '*a*',
      is_public: false,
      is_organization: true,
      is_starred: false,
      status_token: null,
      trust_enabled: false,
      tag_expiration_s: 1_209_600,
      is_free_account: true,
      state: 'NORMAL',
      tags: {},
      can_write: true,
      can_admin: true,
    })
    const { body: untagged } = await as('carol').get(`${URL}/acme/web?includeTags=false`)
    expect(untagged).not.toHaveProperty('tags')
    expect((await auditEntries(stage.db)).at(-1)).toMatchObject({
      kind: 'create_repo',
      namespaceName: 'acme',
      performerName: 'carol',
      repositoryId: (await stage.db.repository.findFirstOrThrow()).id,
      metadata: { repo: 'web', namespace: 'acme' },
    })
  })

  it('takes the caller’s namespace where none is named', async () => {
    const { namespace: _, ...body } = repository('web')
    for (const scopes of [['repo:create'], ['org:admin']] satisfies Scope[][]) {
      const caller = await withScopes('alice', scopes)
      await caller.post(URL, { ...body, repository: `${scopes[0]?.replace(':', '-')}` }).expect(201)
    }
    for (const scopes of [['user:admin'], ['repo:admin'], ['super:user']] satisfies Scope[][]) {
      await (await withScopes('alice', scopes)).post(URL, body).expect(403)
    }
  })

  it('takes keys that it does not know, and null for the kind', async () => {
    const body = repository('web', { repo_kind: null, id: 'x', is_robot: true })
    await as('alice').post(URL, body).expect(201)
  })

  it.each([
    ['no member', 'bob', ['repo:create', 'org:admin'], 'acme'],
    ['a user in another’s namespace', 'alice', ['repo:create', 'org:admin'], 'bob'],
    ['a superuser without full access', 'bob', ['super:user'], 'acme'],
    ['a namespace that does not exist', 'alice', ['repo:create', 'org:admin'], 'nope'],
    ['no name at all', 'alice', ['repo:create', 'org:admin'], 'A\0'],
  ] as const)('is refused before its body is looked at: %s', async (_, name, scopes, namespace) => {
    const caller = await withScopes(name, [...scopes])
    for (const body of [repository('web', { namespace }), { namespace }, { namespace, x: 1 }]) {
      const answer = await caller.post(URL, body).expect(403)
      expect(answer.body).toEqual(apiError(stage.url, 'insufficient_scope'))
    }
    expect(await stage.db.repository.count()).toBe(0)
  })

  it.each([
    ['namespace', { namespace: null }],
    ['namespace', { namespace: 7 }],
    ['repository', { repository: null }],
    ['repository', { repository: ['web'] }],
    ['visibility', { visibility: 'PUBLIC' }],
    ['description', { description: null }],
    ['description', { description: 'a\0b' }],
    ['description', { description: '\ud800' }],
    ['description', { description: 'x'.repeat(65_537) }],
    ['repo_kind', { repo_kind: 'application' }],
  ])('refuses a bad %s: %j', async (_, more) => {
    const { body } = await as('alice').post(URL, repository('web', more)).expect(400)
    expect(body).toEqual(invalidRequest(stage.url))
    expect(await stage.db.repository.count()).toBe(0)
  })

  it.each(['Web', 'a b', '-a', 'a/', '/a', 'a//b', 'a\n', 'ä', '..', 'x'.repeat(256)])(
    'refuses the name %j',
    async (name) => {
      const { body } = await as('alice').post(URL, repository(name)).expect(400)
      expect(body).toEqual(invalidRequest(stage.url, 'Invalid repository name'))
    },
  )

  it('succeeds once for callers at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => as('alice').post(URL, repository('web'))),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400])
    const refused = answers.find(({ status }) => status === 400)
    expect(refused?.body).toEqual(invalidRequest(stage.url, 'Repository already exists'))
  })

  it('lets the same name stand in another namespace', async () => {
    await as('alice').post(URL, repository('web')).expect(201)
    await as('bob')
      .post(URL, repository('web', { namespace: 'rival' }))
      .expect(201)
    await as('alice').delete(`${URL}/acme/web`).expect(204)
    await as('bob').get(`${URL}/rival/web`).expect(200)
  })
})

describe('listing repositories', () => {
  const list = async (query: string, token?: string) =>
    (await stage.api.as(token).get(`${URL}?${query}`).expect(200)).body
  const names = ({ repositories }: { repositories: { name: string }[] }) =>
    repositories.map(({ name }) => name)

  async function pagesOf(query: string, token: string) {
    const pages = [await list(query, token)]
    for (let next = pages[0].next_page; next !== undefined; next = pages.at(-1).next_page) {
      pages.push(await list(`${query}&next_page=${next}`, token))
    }
    return pages
  }

  it('goes by name, a hundred at a time', async () => {
    const all = Array.from({ length: 201 }, (_, i) => `r${String(i).padStart(3, '0')}`)
    await fill('acme', all, 'private')
    const pages = await pagesOf('last_modified=true&namespace=acme', tokens.alice)
    const sizes = pages.map(({ repositories }) => repositories.length)
    expect(sizes).toEqual([100, 100, 1])
    expect(pages.flatMap(names)).toEqual(all)
  })

  it('leaves out those of a namespace that is disabled, whether it is named or not', async () => {
    await fill('rival', ['open'], 'public')
    const queries = ['public=true', 'public=true&namespace=rival']
    for (const query of queries) expect(names(await list(query, tokens.alice))).toEqual(['open'])
    await setEnabled(stage.db, 'rival', false)
    for (const query of queries) expect(names(await list(query, tokens.alice))).toEqual([])
    await as('alice').get(`${URL}/rival/open`).expect(403)
    await setEnabled(stage.db, 'rival', true)
  })

  it('leaves out those of an organization that is disabled for its administrators, too', async () => {
    await stage.repository('acme/of-disabled')
    const listed = async () => names(await list('public=true', tokens.alice))
    expect(await listed()).toContain('of-disabled')
    await setEnabled(stage.db, 'acme', false)
    expect(await listed()).not.toContain('of-disabled')
    await setEnabled(stage.db, 'acme', true)
  })

  it('leaves out what a namespace that is disabled has given to a user, or a team', async () => {
    const { db } = stage
    await stage.team('rival', { name: 'guests', role: 'member', members: ['alice'] })
    await stage.repository('rival/for-guests', { teams: { guests: 'read' } })
    await stage.repository('rival/for-alice')
    const { id: repositoryId } = await db.repository.findFirstOrThrow({
      where: { name: 'for-alice' },
    })
    const userId = await namespaceId(db, 'alice')
    const permission = { id: crypto.randomUUID(), repositoryId, userId, role: 'read' as const }
    await db.repositoryPermission.create({ data: permission })
    const listed = async () => names(await list('public=true', tokens.alice))
    expect(await listed()).toEqual(['for-alice', 'for-guests'])
    await setEnabled(db, 'rival', false)
    expect(await listed()).toEqual([])
    await setEnabled(db, 'rival', true)
  })

  it('goes on within a namespace that the caller administers, and in the next one', async () => {
    const all = Array.from({ length: 150 }, (_, i) => `r${String(i).padStart(3, '0')}`)
    for (const namespace of ['acme', 'alice']) await fill(namespace, all, 'private')
    const pages = await pagesOf('public=true', tokens.alice)
    expect(pages.map(({ repositories }) => repositories.length)).toEqual([100, 100, 100])
    expect(pages.flatMap(names)).toEqual([...all, ...all])
  })

  it('pages through all namespaces in one order', async () => {
    const pub = Array.from({ length: 60 }, (_, i) => `p${String(i).padStart(2, '0')}`)
    for (const namespace of ['rival', 'acme', 'bob']) await fill(namespace, pub, 'public')
    await fill('acme', ['hidden'], 'private')
    const first = await list('public=true')
    const rest = await list(`public=true&next_page=${first.next_page}`)
    const paths = [...first.repositories, ...rest.repositories].map(
      ({ namespace, name }) => `${namespace}/${name}`,
    )
    const namespaces = await stage.db.namespace.findMany({
      where: { name: { in: ['acme', 'bob', 'rival'] } },
      orderBy: { id: 'asc' },
    })
    const expected = namespaces.flatMap((n) => pub.map((name) => `${n.name}/${name}`))
    expect(paths).toEqual(expected)
    expect(rest).not.toHaveProperty('next_page')
  })

  it('goes on after nested names', async () => {
    const nested = Array.from({ length: 101 }, (_, i) => `team/app${String(i).padStart(3, '0')}`)
    await fill('acme', nested, 'private')
    const first = await list('namespace=acme', tokens.alice)
    const rest = await list(`namespace=acme&next_page=${first.next_page}`, tokens.alice)
    expect([...names(first), ...names(rest)]).toEqual(nested)
    expect(names(rest)).toEqual(['team/app100'])
  })

  it('shows what the token may read, and public ones only on request', async () => {
    await fill('acme', ['granted', 'other', 'through-team'], 'private')
    await fill('acme', ['pub'], 'public')
    const { db } = stage
    const grant = async (name: string, who: object) => {
      const { id } = await db.repository.findFirstOrThrow({ where: { name } })
      const row = { id: crypto.randomUUID(), repositoryId: id, role: 'read' as const, ...who }
      await db.repositoryPermission.create({ data: row })
    }
    await grant('granted', { userId: await namespaceId(db, 'bob') })
    await stage.team('acme', { name: 'devs', role: 'member', members: ['bob'] })
    await grant('through-team', { teamId: (await teamRow(db, 'acme', 'devs')).id })

    const readable = ['granted', 'through-team']
    expect(names(await list('namespace=acme', tokens.bob))).toEqual(readable)
    expect(names(await list('namespace=acme&public=1', tokens.bob))).toEqual([
      'granted',
      'pub',
      'through-team',
    ])
    expect(names(await list('namespace=acme', tokens.carol))).toEqual([])
    expect(names(await list('namespace=acme&public=true'))).toEqual(['pub'])
    expect(names(await list('namespace=acme', tokens.alice))).toHaveLength(4)
    for (const scope of ['repo:read', 'repo:write', 'repo:admin'] satisfies Scope[]) {
      const token = await stage.token('bob', [scope])
      expect(names(await list('namespace=acme', token))).toEqual(readable)
    }
    const blind = await stage.token('alice', ['repo:create', 'org:admin', 'user:admin'])
    expect(names(await list('namespace=acme&public=true', blind))).toEqual(['pub'])
  })

  it('has the fields that were asked for', async () => {
    await fill('acme', ['web'], 'public')
    const fields = {
      namespace: 'acme',
      name: 'web',
      kind: 'image',
      description: '',
      is_public: true,
      state: 'NORMAL',
    }
    expect(await list('namespace=acme&public=true')).toEqual({ repositories: [fields] })
    const query = 'namespace=acme&last_modified=true&popularity=True'
    expect((await list(query, tokens.alice)).repositories).toEqual([
      { ...fields, is_starred: false, last_modified: null, popularity: 0 },
    ])
  })

  it('knows no stars and no other kinds', async () => {
    await fill('acme', ['web'], 'public')
    expect(await list('starred=true', tokens.alice)).toEqual({ repositories: [] })
    expect(await list('namespace=acme&starred=true', tokens.alice)).toEqual({ repositories: [] })
    expect(await list('namespace=acme&repo_kind=application', tokens.alice)).toEqual({
      repositories: [],
    })
    await stage.api.as().get(`${URL}?starred=true`).expect(401)
  })

  it.each(['', 'namespace=', 'public=false', 'namespace=acme&next_page=x'])(
    'refuses %j',
    async (query) => {
      const { body } = await as('alice').get(`${URL}?${query}`).expect(400)
      expect(body).toEqual(invalidRequest(stage.url))
    },
  )

  it('finds nothing under what is no name', async () => {
    for (const name of ['%00', 'ac_e%25', 'ACME', '%ff', "'"]) {
      expect(await list(`namespace=${name}`, tokens.alice)).toEqual({ repositories: [] })
    }
  })
})

describe('changing a repository', () => {
  beforeEach(() => as('alice').post(URL, repository('web')).expect(201))

  it('takes a writer for the description and an administrator for the visibility', async () => {
    const grant = `${URL}/acme/web/permissions/user/bob`
    const describeIt = () => as('bob').put(`${URL}/acme/web`, { description: 'by bob' })
    const publish = () =>
      as('bob').post(`${URL}/acme/web/changevisibility`, { visibility: 'public' })
    await as('alice').put(grant, { role: 'read' }).expect(200)
    await describeIt().expect(403)
    await as('alice').put(grant, { role: 'write' }).expect(200)
    expect((await describeIt().expect(200)).body).toEqual({ success: true })
    await publish().expect(403)
    await as('alice').put(grant, { role: 'admin' }).expect(200)
    expect((await publish().expect(200)).body).toEqual({ success: true })

    const { body } = await stage.api.as().get(`${URL}/acme/web`).expect(200)
    expect(body).toMatchObject({ description: 'by bob', is_public: true, can_write: false })
    const entries = (await auditEntries(stage.db)).filter(
      ({ performerName }) => performerName === 'bob',
    )
    const [described, published] = entries.filter(({ kind }) => kind !== 'create_oauth_api_token')
    const common = { namespaceName: 'acme', repositoryId: expect.any(String) }
    const metadata = { repo: 'web', namespace: 'acme' }
    expect(described).toMatchObject({
      ...common,
      kind: 'set_repo_description',
      metadata: { ...metadata, description: 'by bob' },
    })
    expect(published).toMatchObject({
      ...common,
      kind: 'change_repo_visibility',
      metadata: { ...metadata, visibility: 'public' },
    })
  })

  it('is capped by the token’s scopes', async () => {
    const reader = await withScopes('alice', ['repo:read'])
    const { body } = await reader.get(`${URL}/acme/web`).expect(200)
    expect(body).toMatchObject({ can_write: false, can_admin: false })
    await reader.put(`${URL}/acme/web`, { description: 'x' }).expect(403)
    const writer = await withScopes('alice', ['repo:write'])
    await writer.put(`${URL}/acme/web`, { description: 'x' }).expect(200)
    await writer.post(`${URL}/acme/web/changevisibility`, { visibility: 'public' }).expect(403)
    await writer.delete(`${URL}/acme/web`).expect(403)
    const blind = await withScopes('alice', ['org:admin', 'repo:create', 'user:admin'])
    await blind.get(`${URL}/acme/web`).expect(403)
  })

  it('refuses bodies after the guard, and does nothing for them', async () => {
    const before = await snapshot(stage.db)
    for (const body of [{}, { description: 5 }, { description: 'a\0' }, [], 'x']) {
      await as('alice').put(`${URL}/acme/web`, Object(body)).expect(400)
      await as('bob').put(`${URL}/acme/web`, Object(body)).expect(403)
    }
    await as('alice').put(`${URL}/acme/web`).expect(415)
    await as('alice').post(`${URL}/acme/web/changevisibility`, { visibility: null }).expect(400)
    expect(await snapshot(stage.db)).toEqual(before)
  })
})

describe('deleting a repository', () => {
  it('takes its permissions with it, and happens once', async () => {
    await as('alice').post(URL, repository('web')).expect(201)
    await as('alice').post(URL, repository('other')).expect(201)
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => as('alice').delete(`${URL}/acme/web`)),
    )
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204])
    expect(await stage.db.repositoryPermission.count()).toBe(1)
    const entries = (await auditEntries(stage.db)).filter(({ kind }) => kind === 'delete_repo')
    expect(entries).toMatchObject([{ metadata: { repo: 'web', namespace: 'acme' } }])
    await as('alice').get(`${URL}/acme/other`).expect(200)
  })

  it.each(['none', 'Upper', 'a..b', '-x', 'deep/Upper', 'x%20y', 'n'.repeat(300)])(
    'is as well where there is none: %s',
    async (name) => {
      const url = `${URL}/acme/${name}`
      await as('alice').delete(url).expect(204)
      expect(await auditEntries(stage.db)).toEqual([])
      await as('carol').delete(url).expect(403)
      await as('bob').delete(url).expect(403)
      await stage.api.as().delete(url).expect(401)
      await (await withScopes('alice', ['repo:write', 'org:admin'])).delete(url).expect(403)
    },
  )

  it.each(['none', 'Upper', 'a..b', '-x', 'deep/Upper'])(
    'only its administrators are told that there is none: %s',
    async (name) => {
      const team = `members${name.length}`
      await stage.team('acme', { name: team, role: 'member', members: ['bob'] })
      for (const path of ['', '/permissions/user/', '/permissions/team/devs', '/logs']) {
        const url = `${URL}/acme/${name}${path}`
        const answer = await as('alice').get(url).expect(404)
        expect(answer.body).toEqual(apiError(stage.url, 'not_found'))
        await as('carol').get(url).expect(403) // may create repositories
        await as('bob').get(url).expect(403) // a member
        await stage.api.as().get(url).expect(401)
      }
      await as('alice').put(`${URL}/acme/${name}`, { description: '' }).expect(404)
      await as('alice').get(`${URL}/carol/${name}`).expect(403)
      await as('carol').get(`${URL}/carol/${name}`).expect(404)
      await stage.db.team.deleteMany({ where: { name: team } })
    },
  )

  it('answers changes that come too late', async () => {
    await as('alice').post(URL, repository('web')).expect(201)
    const answers = await Promise.all([
      as('alice').delete(`${URL}/acme/web`),
      as('alice').put(`${URL}/acme/web`, { description: 'late' }),
      as('alice').put(`${URL}/acme/web/permissions/user/bob`, { role: 'read' }),
      as('alice').post(`${URL}/acme/web/changevisibility`, { visibility: 'public' }),
      as('alice').get(`${URL}/acme/web`),
    ])
    for (const { status } of answers) expect([200, 204, 404]).toContain(status)
  })
})
