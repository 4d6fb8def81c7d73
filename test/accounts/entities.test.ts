import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { avatar } from '../../src/domain/avatar.ts'
import { Prisma } from '../../src/generated/prisma/client.ts'
import { usersStartingQuery } from '../../src/queries/entities.ts'
import { apiError } from '../helpers/api.ts'
import { addUsers } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
const tokens: Record<string, string> = {}

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob', 'bobby', 'carol', 'dave')
  await stage.organization('acme')
  await stage.team('acme', { name: 'bouncers', role: 'member', members: ['carol'] })
  await stage.organization('rival', 'bob')
  for (const name of ['alice', 'bob', 'carol']) {
    tokens[name] = await stage.token(name, ['user:admin', 'org:admin'])
  }
  tokens.narrow = await stage.token('alice', ['repo:read'])
  await as('alice').put('/api/v1/organization/acme/robots/bot').expect(201)
  await as('alice').put('/api/v1/user/robots/bot').expect(200)
})
afterAll(() => stage.close())

const as = (name: string) => stage.api.as(tokens[name])

interface Result {
  name: string
  kind: string
  is_robot?: boolean
  is_org_member?: boolean
}

async function search(name: string, path: string): Promise<Result[]> {
  const { body } = await as(name).get(`/api/v1/entities/${path}`).expect(200)
  return body.results
}

const names = async (...query: Parameters<typeof search>) =>
  (await search(...query)).map(({ name }) => name)

describe('users', () => {
  it('are found by the beginning of their name, whatever the token is for', async () => {
    expect(await search('narrow', 'bob?includeOrgs=False&includeTeams=False')).toEqual([
      {
        name: 'bob',
        kind: 'user',
        is_robot: false,
        avatar: avatar('bob', 'user'),
      },
      expect.objectContaining({ name: 'bobby', kind: 'user', is_robot: false }),
    ])
    expect(await names('alice', 'BO%20B')).toEqual(['bob', 'bobby'])
  })

  it.each(['acme', 'nobody', '%25', '_ob', 'b%00', 'ob', '%F0%9F%98%80', `${'b'.repeat(300)}`])(
    'are not what %s finds',
    async (prefix) => {
      expect(await search('alice', prefix)).toEqual([])
    },
  )

  it('are found by their whole name however many there are', async () => {
    await addUsers(stage.db, 30, (index) => `dave${index}`)
    await stage.organization('crowded')
    for (let n = 0; n < 10; n++) await stage.robot(`crowded+dave${n}`)
    for (const namespace of ['acme', 'crowded']) {
      const found = await names('alice', `dave?namespace=${namespace}`)
      expect(found).toHaveLength(10)
      expect(found[0]).toBe('dave')
    }
  })

  it('are nobody’s business without a token', async () => {
    const { body } = await stage.api.as().get('/api/v1/entities/bob').expect(401)
    expect(body).toEqual(apiError(stage.url, 'invalid_token'))
  })

  it('are looked up in an index', async () => {
    await addUsers(stage.db, 5000, (index) => `user${index}`)
    await stage.db.$executeRaw`ANALYZE namespaces`
    const rows = await stage.db.$queryRaw<{ 'QUERY PLAN': string }[]>(
      Prisma.sql`EXPLAIN (COSTS OFF) ${usersStartingQuery('us', undefined, 10)}`,
    )
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toContain('Index Scan using namespaces_name_prefix_idx')
    expect(plan).not.toContain('Sort')
  })
})

describe('what an organization has', () => {
  const everything = 'bo?namespace=acme&includeTeams=true&includeOrgs=true'

  it('is shown to its members', async () => {
    const bouncers = {
      name: 'bouncers',
      kind: 'team',
      is_org_member: true,
      avatar: avatar('bouncers', 'team'),
    }
    for (const name of ['alice', 'carol']) {
      expect(await search(name, everything)).toEqual([
        bouncers,
        {
          name: 'acme+bot',
          kind: 'user',
          is_robot: true,
          is_org_member: true,
          avatar: avatar('acme+bot', 'robot'),
        },
        expect.objectContaining({ name: 'bob', is_org_member: false }),
        expect.objectContaining({ name: 'bobby', is_org_member: false }),
      ])
    }
    expect(await search('alice', 'carol?namespace=acme')).toMatchObject([{ is_org_member: true }])
    expect(await names('alice', 'acme%2Bb?namespace=acme')).toEqual(['acme+bot'])
    expect(await search('alice', 'ac?namespace=acme&includeOrgs=true')).toMatchObject([
      { name: 'acme+bot', is_robot: true },
      { name: 'acme', kind: 'org', is_org_member: true },
    ])
    expect(await names('alice', 'bo?namespace=acme')).not.toContain('bouncers')
  })

  it('is shown to nobody else', async () => {
    const withoutScope = await stage.token('alice', ['user:admin', 'repo:admin'])
    const { body } = await stage.api
      .as(withoutScope)
      .get(`/api/v1/entities/${everything}`)
      .expect(200)
    for (const results of [await search('bob', everything), body.results]) {
      expect(results.map(({ name }: Result) => name)).toEqual(['bob', 'bobby'])
      for (const result of results) expect(result).not.toHaveProperty('is_org_member')
    }
    expect(await names('bob', 'ac?namespace=acme&includeOrgs=true')).toEqual([])
    expect(await names('bob', 'acme%2Bbot?namespace=acme')).toEqual([])
  })
})

describe('robots of a user', () => {
  it('are shown to that user, with user:admin', async () => {
    expect(await names('alice', 'bot?namespace=alice')).toEqual(['alice+bot'])
    expect(await names('bob', 'bot?namespace=alice')).toEqual([])
    expect(await names('narrow', 'bot?namespace=alice')).toEqual([])
    expect(await names('alice', 'bot?namespace=%00')).toEqual([])
    expect(await names('alice', 'bot?namespace=nobody')).toEqual([])
  })
})

describe('GET /api/v1/users/{username}', () => {
  it('tells anybody that there is a user', async () => {
    const { body } = await stage.api.as().get('/api/v1/users/alice').expect(200)
    expect(body).toEqual({
      anonymous: false,
      username: 'alice',
      avatar: avatar('alice', 'user'),
    })
    expect((await as('bob').get('/api/v1/users/alice').expect(200)).body).toEqual(body)
  })

  it.each(['acme', 'nobody', 'alice+bot', 'ALICE', '%00', 'a%2Fb'])('knows no %s', async (name) => {
    const { body } = await stage.api.as().get(`/api/v1/users/${name}`).expect(404)
    expect(body).toEqual(apiError(stage.url, 'not_found'))
  })
})
