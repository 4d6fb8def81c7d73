import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, invalidRequest } from '../helpers/api.ts'
import { countQueries } from '../helpers/queries.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const PATH = '/api/v1/organization/acme/robots'
const NAMES = ['a-1', 'a.1', 'a1', 'a_1', 'b', 'zz'].map((name) => `bot.${name}`)

let stage: Stage
let admin: Client

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  for (const name of ['acme', 'empty', 'busy']) await stage.organization(name)
  admin = await stage.client('alice', 'user:admin', 'org:admin')
  for (const name of NAMES.toReversed()) await admin.put(`${PATH}/${name}`)
})

afterAll(() => stage.close())

const list = async (query: string, path = PATH) => (await admin.get(`${path}${query}`)).body
const namesIn = (body: { robots: { name: string }[] }) => body.robots.map(({ name }) => name)
const ORDERED = NAMES.map((name) => `acme+${name}`).sort()

/** Follows `next_page` to the end. */
async function walk(limit: number) {
  const pages: string[][] = []
  let query = `?limit=${limit}`
  for (;;) {
    const body = await list(query)
    pages.push(namesIn(body))
    if (body.next_page === undefined) return pages
    expect(body.next_page).toMatch(/^[\w-]+$/)
    query = `?limit=${limit}&next_page=${body.next_page}`
  }
}

describe('a list of robots', () => {
  it('is ordered by name and complete without limit', async () => {
    expect(namesIn(await list(''))).toEqual(ORDERED)
  })

  it('is empty for an organization without robots', async () => {
    expect(await list('', '/api/v1/organization/empty/robots')).toEqual({ robots: [] })
  })

  it.each([1, 2, 4, 5])('is walked by pages of %i with every robot exactly once', async (limit) => {
    const pages = await walk(limit)

    expect(pages.flat()).toEqual(ORDERED)
    expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true)
    expect(pages).toHaveLength(Math.ceil(NAMES.length / limit))
  })

  it('goes on behind a robot that was deleted in between, and shows one that was added', async () => {
    const first = await list('?limit=2')
    await admin.put(`${PATH}/bot.m`)
    await admin.delete(`${PATH}/${namesIn(first)[1]?.slice('acme+'.length)}`)
    const rest = await list(`?next_page=${first.next_page}`)

    expect(namesIn(rest)).toEqual([...ORDERED.slice(2), 'acme+bot.m'].sort())
    await admin.delete(`${PATH}/bot.m`)
    await admin.put(`${PATH}/${namesIn(first)[1]?.slice('acme+'.length)}`)
  })

  it.each(['0', '00', '-0', '+6', '%206', '6', '7', '1_0', '9007199254740991'])(
    'is complete and has no next page with limit %s',
    async (limit) => {
      const body = await list(`?limit=${limit}`)
      expect(namesIn(body)).toEqual(ORDERED)
      expect(Object.keys(body)).toEqual(['robots'])
    },
  )

  it.each(['abc', '', '1.5', '-1', '1e3', '0x10', '1__0', '_1', 'NaN', 'Infinity', '9'.repeat(30)])(
    'refuses limit %j',
    async (limit) => {
      const { status, body } = await admin.get(`${PATH}?limit=${limit}`)
      expect([status, body]).toEqual([400, invalidRequest(stage.url)])
      expect(body.detail).toMatch(/limit must be a whole number, 0 \(all of them\) or more$/)
    },
  )

  it.each(['', '!', 'YQ==', 'AA', 'gICA', '%00', 'a'.repeat(10_000)])(
    'refuses a next_page that it never gave out: %j',
    async (page) => {
      const { status, body } = await admin.get(`${PATH}?limit=1&next_page=${page}`)
      expect([status, body]).toEqual([400, invalidRequest(stage.url)])
    },
  )

  it('takes the first of repeated parameters', async () => {
    const { body } = await admin.get(`${PATH}?limit=1&limit=3&token=false&token=true`)
    expect(body.robots).toHaveLength(1)
    expect(body.robots[0]).not.toHaveProperty('token')
  })

  it.each(['false', 'False', 'FALSE', '0', 'null', ''])('takes %j for false', async (value) => {
    const [robot] = (await list(`?limit=1&token=${value}&permissions=${value}`)).robots
    expect(Object.keys(robot)).toEqual(['name', 'created', 'last_accessed', 'description'])
  })

  it.each(['true', '1', 'no', 'off', 'None', '%20false', 'fALSE'])(
    'takes %j for true',
    async (value) => {
      const [robot] = (await list(`?limit=1&token=${value}&permissions=${value}`)).robots
      expect(robot).toMatchObject({ teams: [], repositories: [], token: expect.any(String) })
    },
  )
})

describe('permissions of a robot', () => {
  const AVATAR = {
    name: 'devs',
    hash: '03f53542fc2f985f2913c6a5484c82fa526a6939502229428a61c20bc848a300',
    color: '#ffbb78',
    kind: 'team',
  }

  beforeAll(async () => {
    await admin.put('/api/v1/organization/busy/robots/bot')
    await admin.put('/api/v1/organization/busy/robots/other')
    await stage.team('busy', { name: 'ops', role: 'admin', members: ['busy+bot', 'busy+other'] })
    await stage.team('busy', { name: 'devs', role: 'member', members: ['busy+bot'] })
    await stage.repository('busy/web', { robots: { 'busy+bot': 'write' } }, 'public')
    await stage.repository('busy/api', { robots: { 'busy+bot': 'admin', 'busy+other': 'read' } })
    await stage.repository('busy/teams-only', { teams: { devs: 'write' } })
  })

  it('stand there all, also where there are many of one kind and few of the other', async () => {
    await stage.organization('crowded')
    const robots = '/api/v1/organization/crowded/robots'
    for (const name of ['of-teams', 'of-repositories']) await admin.put(`${robots}/${name}`)
    const [few, ...others] = Array.from({ length: 103 }, (_, n) => `n${String(n).padStart(3, '0')}`)
    const many = [few, ...others] as string[]
    for (const name of many) {
      const isFirst = name === few
      await stage.team('crowded', {
        ...({ name, role: 'member' } as const),
        members: ['crowded+of-teams', ...(isFirst ? ['crowded+of-repositories'] : [])],
      })
      await stage.repository(`crowded/${name}`, {
        robots: {
          'crowded+of-repositories': 'read',
          ...(isFirst && { 'crowded+of-teams': 'read' }),
        },
      })
    }
    const listed = (await list('?permissions=true', robots)).robots as {
      teams: { name: string }[]
      repositories: string[]
    }[]
    expect(
      listed.map(({ teams, repositories }) => [teams.map(({ name }) => name), repositories]),
    ).toEqual([
      [[few], many],
      [many, [few]],
    ])
  })

  it('stand in a list as its teams and the repositories granted to itself', async () => {
    const { robots } = await list('?permissions=true&limit=1', '/api/v1/organization/busy/robots')

    expect(robots).toMatchObject([
      {
        name: 'busy+bot',
        teams: [
          { name: 'devs', avatar: AVATAR },
          { name: 'ops', avatar: { kind: 'team' } },
        ],
        repositories: ['api', 'web'],
      },
    ])
  })

  it('are listed with role and visibility, by repository, without those of teams', async () => {
    const { status, body } = await admin.get('/api/v1/organization/busy/robots/bot/permissions')

    expect([status, body]).toEqual([
      200,
      {
        permissions: [
          { repository: { name: 'api', is_public: false }, role: 'admin' },
          { repository: { name: 'web', is_public: true }, role: 'write' },
        ],
      },
    ])
  })

  it('are empty for a robot without any', async () => {
    await admin.put('/api/v1/user/robots/idle')
    const { body } = await admin.get('/api/v1/user/robots/idle/permissions')
    expect(body).toEqual({ permissions: [] })
  })
})

describe('the number of database queries', () => {
  it('of a list with permissions does not depend on how much there is to list', async () => {
    const path = '/api/v1/organization/empty/robots'
    const count = () => countQueries(() => admin.get(`${path}?permissions=true&token=false`))
    const before = await count()
    for (let i = 10; i < 40; i++) await stage.robot(`empty+r${i}`)
    for (const name of ['one', 'two', 'three']) {
      await stage.team('empty', {
        name,
        role: 'member',
        members: ['empty+r10', 'empty+r20'],
      })
      await stage.repository(`empty/${name}`, { robots: { 'empty+r10': 'read' } })
    }

    expect(before).toBeGreaterThan(0)
    expect(await count()).toBe(before)
    expect((await admin.get(path)).body.robots).toHaveLength(30)
  })

  it('of the permissions of a robot does not depend on the number of grants', async () => {
    const count = (name: string) =>
      countQueries(() => admin.get(`/api/v1/organization/empty/robots/${name}/permissions`))

    expect(await count('r10')).toBe(await count('r11'))
  })
})
