import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let as: Awaited<ReturnType<Stage['client']>>

const ACME = '/api/v1/organization/acme'

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob', 'carol', 'mallory')
  await stage.organization('acme')
  for (const name of ['ci', 'deployer', 'idle']) await stage.robot(`acme+${name}`)
  await stage.team('acme', { name: 'devs', role: 'member', members: ['bob', 'acme+ci'] })
  await stage.repository('acme/api', { teams: { devs: 'write' }, robots: { 'acme+ci': 'read' } })
  await stage.repository('acme/web', {
    robots: { 'acme+deployer': 'write' },
  })
  await stage.repository('acme/open', {}, 'public')
  const giver = await stage.client('alice', 'repo:admin')
  await giver
    .put('/api/v1/repository/acme/web/permissions/user/carol', { role: 'admin' })
    .expect(200)
  as = await stage.client('alice', 'org:admin')
})
afterAll(() => stage.close())

it('says what a robot may do, and why', async () => {
  const { body } = await as.get(`${ACME}/robots/ci/access`).expect(200)
  expect(body).toEqual({
    access: [
      {
        repository: 'api',
        is_public: false,
        role: 'write',
        sources: [
          { role: 'write', from: 'team', team: 'devs' },
          { role: 'read', from: 'direct' },
        ],
      },
    ],
  })
  await as.get(`${ACME}/robots/nobody/access`).expect(404)
})

it('says who can push to a repository, however they got the role', async () => {
  const names = async (query: string) => {
    const { body } = await as.get(`${ACME}/access?${query}`).expect(200)
    return body.holders.map(({ kind, name }: { kind: string; name: string }) => `${kind} ${name}`)
  }
  expect(await names('repository=web&role=write')).toEqual([
    'team owners',
    'user alice',
    'user carol',
    'robot acme+deployer',
  ])
  expect(await names('repository=api&role=write')).toEqual([
    'team devs',
    'team owners',
    'user alice',
    'user bob',
    'robot acme+ci',
  ])
  expect(await names('repository=web&role=admin&kind=robot')).toEqual([])
  expect(await names('q=dl')).toEqual(['robot acme+idle'])
})

it('administrators of the organization have their role in every repository', async () => {
  const { body } = await as.get(`${ACME}/access?kind=user&q=alice`).expect(200)
  expect(body.repositories).toEqual([
    { name: 'api', is_public: false },
    { name: 'open', is_public: true },
    { name: 'web', is_public: false },
  ])
  const [alice] = body.holders
  expect(alice.access.map(({ sources }: { sources: object }) => sources)).toEqual(
    Array(3).fill([{ role: 'admin', from: 'administrators', team: 'owners' }]),
  )
})

it('pages of holders and of repositories go on where the page before ended', async () => {
  const seen: string[] = []
  let page = ''
  do {
    const { body } = await as.get(`${ACME}/access?limit=2${page && `&next_page=${page}`}`)
    seen.push(...body.holders.map(({ name }: { name: string }) => name))
    page = body.next_page ?? ''
  } while (page)
  expect(seen).toEqual([
    ...['devs', 'owners', 'alice', 'bob', 'carol'],
    ...['acme+ci', 'acme+deployer', 'acme+idle'],
  ])
  for (const query of ['kind=group', 'role=owner', 'next_page=x', 'limit=0']) {
    await as.get(`${ACME}/access?${query}`).expect(400)
  }
})

it('is for administrators of the organization', async () => {
  const mallory = await stage.client('mallory', 'org:admin')
  await mallory.get(`${ACME}/access`).expect(403)
  const member = await stage.client('bob', 'org:admin', 'repo:admin')
  await member.get(`${ACME}/access`).expect(403)
})

it('repositories of a namespace are found by what their names have in them', async () => {
  const reader = await stage.client('bob', 'repo:read')
  const names = async (query: string) => {
    const { body } = await reader.get(`/api/v1/repository?${query}`).expect(200)
    return body.repositories.map(({ name }: { name: string }) => name)
  }
  expect(await names('namespace=acme&public=true&q=p')).toEqual(['api', 'open'])
  expect(await names('namespace=acme&q=web')).toEqual([])
  await reader.get('/api/v1/repository?public=true&q=p').expect(400)
})

it('repositories of a namespace come from the last name on where that is asked for', async () => {
  for (const [who, query] of [
    ['alice', ''],
    ['bob', '&public=true'],
    ['bob', '&public=true&q=p'],
    ['carol', ''],
  ] as const) {
    const reader = await stage.client(who, 'repo:read')
    const names = async (more: string) => {
      const { body } = await reader
        .get(`/api/v1/repository?namespace=acme${query}${more}`)
        .expect(200)
      return body.repositories.map(({ name }: { name: string }) => name)
    }
    const byName = await names('')
    expect(await names('&sort=name')).toEqual(byName)
    expect(await names('&sort=-name')).toEqual(byName.toReversed())
  }
  const reader = await stage.client('alice', 'repo:read')
  await reader.get('/api/v1/repository?public=true&sort=-name').expect(400)
  await reader.get('/api/v1/repository?namespace=acme&sort=size').expect(400)
})

it('of the same role, what was given directly comes first, and no team of another organization counts', async () => {
  const giver = await stage.client('alice', 'org:admin', 'repo:admin', 'repo:create')
  await stage.organization('globex', 'carol')
  await stage.team('acme', { name: 'aides', role: 'member', members: ['carol'] })
  const shared = { namespace: 'acme', repository: 'shared', visibility: 'private', description: '' }
  await giver.post('/api/v1/repository', shared).expect(201)
  const permissions = '/api/v1/repository/acme/shared/permissions'
  for (const grantee of ['user/carol', 'team/aides']) {
    await giver.put(`${permissions}/${grantee}`, { role: 'admin' }).expect(200)
  }
  const { body } = await as.get(`${ACME}/access?repository=shared&kind=user&q=carol`).expect(200)
  expect(body.holders[0].access[0].sources).toEqual([
    { role: 'admin', from: 'direct' },
    { role: 'admin', from: 'team', team: 'aides' },
  ])
})
