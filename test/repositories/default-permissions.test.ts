import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Scope } from '../../src/domain/scopes.ts'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { countQueries } from '../helpers/queries.ts'
import { auditEntries, namespaceId, snapshot } from '../helpers/rows.ts'
import type { Stage } from '../helpers/stage.ts'
import { startRivalStage } from './rival-stage.ts'

const PROTOTYPES = '/api/v1/organization/acme/prototypes'
const SCOPES: Scope[] = ['repo:admin', 'repo:create', 'user:admin', 'org:admin']

let stage: Stage
let alice: Client
let bob: Client

beforeAll(async () => {
  stage = await startRivalStage()
  await stage.team('acme', { name: 'devs', role: 'creator', members: ['carol'] })
  alice = await stage.client('alice', ...SCOPES)
  bob = await stage.client('bob', ...SCOPES)
})
afterAll(() => stage.close())

beforeEach(async () => {
  await stage.db.repository.deleteMany()
  await stage.db.defaultPermission.deleteMany()
  await stage.clearLog()
})

const user = (name: string) => ({ kind: 'user', name })
const team = (name: string) => ({ kind: 'team', name })

async function add(role: string, delegate: object, activatingUser?: string): Promise<string> {
  const activating =
    activatingUser === undefined ? {} : { activating_user: { name: activatingUser } }
  const { body } = await alice.post(PROTOTYPES, { role, delegate, ...activating }).expect(200)
  return body.id
}

/** The roles in a repository that `caller` creates, by name. */
async function rolesIn(name: string, caller = alice): Promise<Record<string, string>> {
  const body = { namespace: 'acme', repository: name, visibility: 'private', description: '' }
  await caller.post('/api/v1/repository', body).expect(201)
  const lists = await Promise.all(
    ['user', 'team'].map((kind) =>
      alice.get(`/api/v1/repository/acme/${name}/permissions/${kind}/`),
    ),
  )
  const roles = lists.flatMap((list) =>
    Object.values<{ name: string; role: string }>(list.body.permissions),
  )
  return Object.fromEntries(roles.map(({ name, role }) => [name, role]))
}

describe('default permissions', () => {
  it('tell of accounts and teams', async () => {
    await add('read', user('acme+bot'), 'bob')
    await add('write', team('devs'), '')
    await add('admin', user('carol'), 'carol')
    const { body } = await alice.get(PROTOTYPES).expect(200)
    const account = { kind: 'user', is_robot: false, avatar: expect.any(Object) }
    expect(body).toEqual({
      prototypes: [
        {
          id: expect.any(String),
          role: 'read',
          activating_user: { ...account, name: 'bob', is_org_member: false },
          delegate: { ...account, name: 'acme+bot', is_robot: true, is_org_member: true },
        },
        {
          id: expect.any(String),
          role: 'write',
          activating_user: null,
          delegate: { name: 'devs', kind: 'team', avatar: expect.any(Object) },
        },
        {
          id: expect.any(String),
          role: 'admin',
          activating_user: { ...account, name: 'carol', is_org_member: true },
          delegate: { ...account, name: 'carol', is_org_member: true },
        },
      ],
    })
  })

  it('of one user come before those of everybody', async () => {
    const carol = await stage.client('carol', ...SCOPES)
    await add('admin', user('acme+bot'))
    await add('read', user('acme+bot'), 'carol')
    await add('write', team('devs'))
    await add('read', user('bob'), 'alice')
    expect(await rolesIn('one')).toEqual({
      alice: 'admin',
      'acme+bot': 'admin',
      bob: 'read',
      devs: 'write',
    })
    expect(await rolesIn('two', carol)).toEqual({
      carol: 'admin',
      'acme+bot': 'read',
      devs: 'write',
    })
  })

  it('of equal rank give the higher role', async () => {
    for (const role of ['read', 'admin', 'write']) await add(role, team('devs'))
    for (const role of ['write', 'read']) await add(role, user('acme+bot'), 'alice')
    expect(await rolesIn('web')).toEqual({ alice: 'admin', 'acme+bot': 'write', devs: 'admin' })
  })

  it('never lower the creator', async () => {
    await add('read', user('alice'))
    await add('read', user('alice'), 'alice')
    expect(await rolesIn('web')).toEqual({ alice: 'admin' })
  })

  it('are those of the repository’s own organization', async () => {
    await bob
      .post('/api/v1/organization/rival/prototypes', { role: 'read', delegate: user('carol') })
      .expect(200)
    expect(await rolesIn('web')).toEqual({ alice: 'admin' })
  })

  it('go with their team, their user and their organization', async () => {
    await stage.people('guest')
    await stage.organization('brief')
    await stage.team('acme', { name: 'guests', role: 'member' })
    await add('read', team('guests'))
    await add('read', user('guest'))
    await add('read', user('acme+bot'), 'guest')
    await add('read', user('acme+bot'))
    await stage.db.team.deleteMany({ where: { name: 'guests' } })
    await stage.db.namespace.delete({ where: { name: 'guest' } })
    expect((await alice.get(PROTOTYPES).expect(200)).body.prototypes).toMatchObject([
      { activating_user: null, delegate: { name: 'acme+bot' } },
    ])
    expect(await rolesIn('web')).toEqual({ alice: 'admin', 'acme+bot': 'read' })
    const brief = { role: 'read', delegate: user('carol') }
    await alice.post('/api/v1/organization/brief/prototypes', brief).expect(200)
    await stage.db.namespace.delete({ where: { name: 'brief' } })
    expect(await stage.db.defaultPermission.count()).toBe(1)
  })

  it.each([
    [user('nobody'), 'Missing delegate user or team'],
    [user('rival'), 'Missing delegate user or team'],
    [user('acme+none'), 'Missing delegate user or team'],
    [user(''), 'Missing delegate user or team'],
    [user('Alice'), 'Missing delegate user or team'],
    [team(''), 'Missing delegate user or team'],
    [user('rival+bot'), 'Cannot add robot rival+bot under namespace acme'],
  ])('cannot be for %j', async (delegate, message) => {
    const before = await snapshot(stage.db)
    const { body } = await alice.post(PROTOTYPES, { role: 'read', delegate }).expect(400)
    expect(body).toEqual(invalidRequest(stage.url, message))
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it.each(['spies', 'nope', 'Devs', 'dev%'])('cannot be for the team %j', async (name) => {
    const { body } = await alice
      .post(PROTOTYPES, { role: 'read', delegate: team(name) })
      .expect(400)
    expect(body).toEqual({ message: `Team does not exist: acme/${name}` })
  })

  it.each(['nobody', 'acme', 'acme+bot', 'ALICE', 'al%'])(
    'cannot be for the repositories of %j',
    async (name) => {
      const body = { role: 'read', delegate: user('acme+bot'), activating_user: { name } }
      const answer = await alice.post(PROTOTYPES, body).expect(400)
      expect(answer.body).toEqual(invalidRequest(stage.url, 'Unknown activating user'))
    },
  )

  it.each([
    {},
    [],
    { role: 'read' },
    { delegate: user('acme+bot') },
    { role: 'owner', delegate: user('acme+bot') },
    { role: 'read', delegate: { kind: 'user' } },
    { role: 'read', delegate: { name: 'acme+bot' } },
    { role: 'read', delegate: { kind: 'robot', name: 'acme+bot' } },
    { role: 'read', delegate: user('acme+bot\0') },
    { role: 'read', delegate: user('acme+bot'), activating_user: null },
    { role: 'read', delegate: user('acme+bot'), activating_user: {} },
    { role: 'read', delegate: user('acme+bot'), activating_user: { name: 'a\0' } },
  ])('are refused: %j', async (body) => {
    const answer = await alice.post(PROTOTYPES, body).expect(400)
    expect(answer.body).toEqual(invalidRequest(stage.url))
    expect(await stage.db.defaultPermission.count()).toBe(0)
  })

  it('of another organization cannot be reached', async () => {
    const id = await add('read', user('acme+bot'))
    const theirs = `/api/v1/organization/rival/prototypes/${id}`
    const before = await stage.db.defaultPermission.findMany()
    for (const answer of [await bob.put(theirs, { role: 'admin' }), await bob.delete(theirs)]) {
      expect(answer.status).toBe(404)
      expect(answer.body).toEqual(apiError(stage.url, 'not_found'))
    }
    await bob.delete(`${PROTOTYPES}/${id}`).expect(403)
    await bob.put(`${PROTOTYPES}/${id}`, { role: 'admin' }).expect(403)
    expect(await stage.db.defaultPermission.findMany()).toEqual(before)
  })

  it.each(['x', '1', '%00', "'", '00000000-0000-0000-0000-000000000000', '%7B', 'a%2Fb'])(
    'have ids, and %j is none of them',
    async (id) => {
      await add('read', user('acme+bot'))
      await alice.put(`${PROTOTYPES}/${id}`, { role: 'admin' }).expect(404)
      await alice.delete(`${PROTOTYPES}/${id}`).expect(404)
    },
  )

  it('are audited', async () => {
    const id = await add('read', user('acme+bot'), 'bob')
    await alice.put(`${PROTOTYPES}/${id}`, { role: 'write' }).expect(200)
    await alice.delete(`${PROTOTYPES}/${id}`).expect(204)
    await add('read', team('devs'))
    const entries = (await auditEntries(stage.db)).filter(({ kind }) => kind.includes('prototype'))
    const robot = {
      prototypeid: id,
      username: 'alice',
      activating_username: 'bob',
      delegate_user: 'acme+bot',
    }
    expect(entries).toMatchObject([
      { kind: 'create_prototype_permission', metadata: { ...robot, role: 'read' } },
      {
        kind: 'modify_prototype_permission',
        metadata: { ...robot, role: 'write', original_role: 'read' },
      },
      { kind: 'delete_prototype_permission', metadata: { ...robot, role: 'write' } },
      {
        kind: 'create_prototype_permission',
        metadata: { activating_username: null, delegate_team: 'devs' },
      },
    ])
    for (const { namespaceName } of entries) expect(namespaceName).toBe('acme')
  })

  it('survive a deletion of their robot while they apply', async () => {
    for (let round = 0; round < 5; round++) {
      const robot = `/api/v1/organization/acme/robots/r${round}x`
      await alice.put(robot).expect(201)
      await add('write', user(`acme+r${round}x`))
      const body = { namespace: 'acme', visibility: 'private', description: '' }
      const [created, deleted] = await Promise.all([
        alice.post('/api/v1/repository', { ...body, repository: `web${round}` }),
        alice.delete(robot),
      ])
      expect([created.status, deleted.status]).toEqual([201, 204])
    }
    expect(await stage.db.repositoryPermission.count({ where: { userId: null } })).toBe(0)
  })

  it('take the same number of queries, however many there are', async () => {
    await add('read', user('acme+bot'))
    const list = () => countQueries(() => alice.get(PROTOTYPES).expect(200))
    const create = (name: string) => countQueries(() => rolesIn(name))
    const [listed, created] = [await list(), await create('few')]
    for (let i = 10; i < 40; i++) {
      await alice.put(`/api/v1/organization/acme/robots/r${i}`).expect(201)
      await add('read', user(`acme+r${i}`))
    }
    expect(await list()).toBe(listed)
    expect(await create('many')).toBe(created)
    expect(Object.keys(await rolesIn('all'))).toHaveLength(32)
  })

  it('of no organization are not found', async () => {
    const { body } = await alice.get('/api/v1/organization/alice/prototypes').expect(404)
    expect(body).toEqual(apiError(stage.url, 'not_found'))
    await alice.get('/api/v1/organization/nope/prototypes').expect(403)
    await alice.get('/api/v1/organization/bob/prototypes').expect(403)
  })
})

it('has a bound per organization, since each new repository gets all of them', async () => {
  await stage.organization('full')
  const organizationId = await namespaceId(stage.db, 'full')
  const userId = await namespaceId(stage.db, 'bob')
  await stage.db.defaultPermission.createMany({
    data: Array.from({ length: 999 }, () => ({
      ...{ id: randomUUID(), organizationId, userId, role: 'read' as const },
    })),
  })
  const more = () =>
    alice.post('/api/v1/organization/full/prototypes', { role: 'read', delegate: user('bob') })
  const answers = await Promise.all([more(), more(), more()])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400])
  expect(answers.find(({ status }) => status === 400)?.body).toEqual({
    message: 'Limit reached: an organization can have 1000 default permissions',
  })
})

it('of one user are taken away, and all are given, with a token that reaches repositories', async () => {
  const [ofAll, ofBob] = [
    await add('read', user('acme+bot')),
    await add('read', user('acme+bot'), 'bob'),
  ]
  const token = await stage.client('alice', 'org:admin')
  await token.post(PROTOTYPES, { role: 'read', delegate: user('acme+bot') }).expect(403)
  await token.put(`${PROTOTYPES}/${ofAll}`, { role: 'write' }).expect(403)
  await token.delete(`${PROTOTYPES}/${ofBob}`).expect(403)
  await token.delete(`${PROTOTYPES}/${ofAll}`).expect(204)
  await alice.delete(`${PROTOTYPES}/${ofBob}`).expect(204)
})
