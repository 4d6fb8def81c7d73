import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { countQueries } from '../helpers/queries.ts'
import { auditEntries, namespaceId, snapshot } from '../helpers/rows.ts'
import type { Stage } from '../helpers/stage.ts'
import { startRivalStage } from './rival-stage.ts'

const PERMISSIONS = '/api/v1/repository/acme/web/permissions'
const NO_USER = 'User does not have permission for repo.'
const NO_TEAM = 'Team does not have permission for repo.'

let stage: Stage
let alice: Client

beforeAll(async () => {
  stage = await startRivalStage()
  await stage.team('acme', { name: 'devs', role: 'member', members: ['carol'] })
  alice = await stage.client('alice', 'repo:admin', 'user:admin', 'org:admin')
  await stage.robot('alice+mine')
})
afterAll(() => stage.close())

beforeEach(async () => {
  await stage.db.repository.deleteMany()
  await stage.clearLog()
  await stage.repository('acme/web')
})

const put = (path: string, role = 'read') => alice.put(`${PERMISSIONS}/${path}`, { role })

describe('the permission of a user or robot', () => {
  it('is listed by name, with membership in the organization', async () => {
    for (const name of ['carol', 'bob', 'acme+bot']) await put(`user/${name}`).expect(200)
    const { body } = await alice.get(`${PERMISSIONS}/user/`).expect(200)
    expect(Object.keys(body.permissions)).toEqual(['acme+bot', 'bob', 'carol'])
    const fields = { role: 'read', is_robot: false, avatar: expect.any(Object) }
    expect(body.permissions).toEqual({
      'acme+bot': { ...fields, name: 'acme+bot', is_robot: true, is_org_member: true },
      bob: { ...fields, name: 'bob', is_org_member: false },
      carol: { ...fields, name: 'carol', is_org_member: true },
    })
    expect(body.permissions['acme+bot'].avatar.kind).toBe('robot')
  })

  it('shows with the robot at once', async () => {
    await put('user/acme+bot', 'write').expect(200)
    const robots = '/api/v1/organization/acme/robots'
    const { body } = await alice.get(`${robots}/bot/permissions`).expect(200)
    expect(body.permissions).toEqual([
      { repository: { name: 'web', is_public: false }, role: 'write' },
    ])
    const { body: list } = await alice.get(`${robots}?permissions=true&token=false`).expect(200)
    expect(list.robots).toMatchObject([{ name: 'acme+bot', repositories: ['web'] }])
    await alice.delete(`${PERMISSIONS}/user/acme+bot`).expect(204)
    expect((await alice.get(`${robots}/bot/permissions`)).body).toEqual({ permissions: [] })
  })

  it('has no membership in the namespace of a user', async () => {
    await stage.repository('alice/own')
    const path = '/api/v1/repository/alice/own/permissions/user/alice+mine'
    const { body } = await alice.put(path, { role: 'admin' }).expect(200)
    expect(Object.keys(body).sort()).toEqual(['avatar', 'is_robot', 'name', 'role'])
    const owner = '/api/v1/repository/alice/own/permissions/user/alice'
    const refusal = invalidRequest(stage.url, 'Namespace owner must always be admin.')
    expect((await alice.put(owner, { role: 'read' }).expect(400)).body).toEqual(refusal)
    expect((await alice.delete(owner).expect(400)).body).toEqual(refusal)
  })

  it.each([
    ['nobody', 'Invalid username: nobody'],
    ['rival', 'Invalid username: rival'],
    ['acme+none', 'Invalid username: acme+none'],
    ['acme+bot+x', 'Invalid username: acme+bot+x'],
    ['BOB', 'Invalid username: BOB'],
    ['bo%', 'Invalid username: bo%'],
    ['a/b', 'Invalid username: a/b'],
    ['bob\0', 'Invalid username: bob\0'],
    ['bob\n', 'Invalid username: bob\n'],
    ['rival+bot', 'Cannot add robot rival+bot under namespace acme'],
    ['alice+mine', 'Cannot add robot alice+mine under namespace acme'],
    ['acme', 'Namespace owner must always be admin.'],
  ])('cannot be given to %j', async (name, message) => {
    const before = await snapshot(stage.db)
    const path = `user/${encodeURIComponent(name)}`
    const { body } = await put(path).expect(400)
    expect(body).toEqual(invalidRequest(stage.url, message))
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it.each(['bob', 'nobody', 'acme+bot', 'rival+bot', 'a+b+c', 'BOB', 'bob\0', 'a/b'])(
    'is not there: %j',
    async (name) => {
      const path = `${PERMISSIONS}/user/${encodeURIComponent(name)}`
      expect((await alice.get(path).expect(400)).body).toEqual({ message: NO_USER })
      const { body } = await alice.delete(path).expect(400)
      expect(body).toEqual(invalidRequest(stage.url, NO_USER))
      const { body: missing } = await alice.get(`${path}/transitive`).expect(404)
      expect(missing).toEqual(apiError(stage.url, 'not_found'))
    },
  )

  it('is one, however many callers set it at once', async () => {
    const roles = ['read', 'write', 'admin', 'read', 'write', 'admin']
    const answers = await Promise.all(roles.map((role) => put('user/acme+bot', role)))
    expect(answers.map(({ status }) => status)).toEqual(roles.map(() => 200))
    expect(answers.map(({ body }) => body.role)).toEqual(roles)
    expect(await stage.db.repositoryPermission.count()).toBe(1)
  })

  it('leaves no trace when its robot is deleted meanwhile', async () => {
    for (let round = 0; round < 5; round++) {
      const name = `r${round}x`
      await alice.put(`/api/v1/organization/acme/robots/${name}`).expect(201)
      const [granted, deleted] = await Promise.all([
        put(`user/acme+${name}`),
        alice.delete(`/api/v1/organization/acme/robots/${name}`),
      ])
      expect([200, 400]).toContain(granted.status)
      expect(deleted.status).toBe(204)
    }
    expect(await stage.db.repositoryPermission.count()).toBe(0)
  })

  it('adds up with those of teams', async () => {
    await put('user/carol', 'read').expect(200)
    await put('team/devs', 'write').expect(200)
    const { body } = await alice.get(`${PERMISSIONS}/user/carol/transitive`).expect(200)
    expect(body).toEqual({ permissions: [{ role: 'read' }, { role: 'write' }] })
    await alice.delete(`${PERMISSIONS}/user/carol`).expect(204)
    const { body: rest } = await alice.get(`${PERMISSIONS}/user/carol/transitive`).expect(200)
    expect(rest).toEqual({ permissions: [{ role: 'write' }] })
  })
})

describe('the permission of a team', () => {
  it('is given, listed, changed and taken', async () => {
    const { body } = await put('team/devs').expect(200)
    expect(body).toMatchObject({ role: 'read', name: 'devs', avatar: { kind: 'team' } })
    await put('team/devs', 'admin').expect(200)
    const { body: list } = await alice.get(`${PERMISSIONS}/team/`).expect(200)
    expect(list).toEqual({ permissions: { devs: { ...body, role: 'admin' } } })
    expect((await alice.get(`${PERMISSIONS}/team/devs`)).body).toEqual({ role: 'admin' })
    await alice.delete(`${PERMISSIONS}/team/devs`).expect(204)
    expect((await alice.get(`${PERMISSIONS}/team/`)).body).toEqual({ permissions: {} })
  })

  it.each(['spies', 'nope', 'Devs', 'dev%', 'devs\0', 'a/b'])('is not there: %j', async (name) => {
    const path = `team/${encodeURIComponent(name)}`
    const { body } = await put(path).expect(400)
    expect(body).toEqual(invalidRequest(stage.url, `No team ${name} in organization acme`))
    expect((await alice.get(`${PERMISSIONS}/${path}`).expect(400)).body).toEqual({
      message: NO_TEAM,
    })
    const { body: refusal } = await alice.delete(`${PERMISSIONS}/${path}`).expect(400)
    expect(refusal).toEqual(invalidRequest(stage.url, NO_TEAM))
  })
})

describe('permissions', () => {
  const calls = [
    ['get', 'user/', undefined],
    ['get', 'user/carol', undefined],
    ['get', 'user/carol/transitive', undefined],
    ['put', 'user/carol', { role: 'nonsense' }],
    ['delete', 'user/carol', undefined],
    ['get', 'team/', undefined],
    ['get', 'team/devs', undefined],
    ['put', 'team/devs', {}],
    ['delete', 'team/devs', undefined],
  ] as const

  it.each(calls)('are for administrators of the repository: %s %s', async (method, path, body) => {
    await put('user/carol', 'write').expect(200)
    const before = await stage.db.repositoryPermission.findMany()
    const call = async (name: string, scopes: Scope[], permissions = PERMISSIONS) => {
      const token = await stage.token(name, scopes)
      return stage.api.call(method, `${permissions}/${path}`, token).send(body)
    }
    for (const [name, scopes] of [
      ['carol', ['repo:admin', 'org:admin']],
      ['bob', ['repo:admin', 'super:user']],
      ['alice', ['repo:write', 'org:admin', 'user:admin']],
    ] as const) {
      const answer = await call(name, [...scopes])
      expect(answer.status).toBe(403)
      expect(answer.body).toEqual(apiError(stage.url, 'insufficient_scope'))
    }
    expect((await stage.api.call(method, `${PERMISSIONS}/${path}`).send(body)).status).toBe(401)
    const missing = '/api/v1/repository/acme/none/permissions'
    expect((await call('alice', ['repo:admin'], missing)).status).toBe(404)
    expect((await call('bob', ['repo:admin'], missing)).status).toBe(403)
    expect(await stage.db.repositoryPermission.findMany()).toEqual(before)
  })

  it.each([undefined, {}, { role: null }, { role: 'owner' }, { role: ['read'] }, []])(
    'take one of three roles, not %j',
    async (body) => {
      for (const path of ['user/carol', 'team/devs']) {
        const { status } = await alice.put(`${PERMISSIONS}/${path}`, body)
        expect(status).toBe(body === undefined ? 415 : 400)
      }
      expect(await stage.db.repositoryPermission.count()).toBe(0)
    },
  )

  it('are audited in the namespace and the repository, when they change', async () => {
    await put('user/acme+bot', 'write').expect(200)
    await put('team/devs', 'read').expect(200)
    await alice.delete(`${PERMISSIONS}/user/acme+bot`).expect(204)
    await alice.delete(`${PERMISSIONS}/team/devs`).expect(204)
    await alice.delete(`${PERMISSIONS}/team/devs`).expect(400)
    const { id: repositoryId } = await stage.db.repository.findFirstOrThrow()
    const entries = (await auditEntries(stage.db)).filter(({ kind }) => kind.includes('_repo_'))
    const where = { repo: 'web', namespace: 'acme' }
    const common = {
      repositoryId,
      namespaceId: await namespaceId(stage.db, 'acme'),
      performerName: 'alice',
    }
    expect(entries).toMatchObject(
      [
        {
          kind: 'change_repo_permission',
          metadata: { ...where, username: 'acme+bot', role: 'write' },
        },
        { kind: 'change_repo_permission', metadata: { ...where, team: 'devs', role: 'read' } },
        { kind: 'delete_repo_permission', metadata: { ...where, username: 'acme+bot' } },
        { kind: 'delete_repo_permission', metadata: { ...where, team: 'devs' } },
      ].map((entry) => ({ ...common, ...entry })),
    )
  })

  it('take the same number of queries, however many there are', async () => {
    const count = () => countQueries(() => alice.get(`${PERMISSIONS}/user/`).expect(200))
    await put('user/bob').expect(200)
    const few = await count()
    for (let i = 10; i < 40; i++) {
      await alice.put(`/api/v1/organization/acme/robots/r${i}`).expect(201)
      await put(`user/acme+r${i}`).expect(200)
    }
    expect(await count()).toBe(few)
    const { body } = await alice.get(`${PERMISSIONS}/user/`).expect(200)
    expect(Object.keys(body.permissions)).toHaveLength(31)
  })
})
