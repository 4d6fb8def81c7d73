import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { createShiftedClock } from '../helpers/clock.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Lists of robots that are filtered, sorted, and read in pages.

const ROBOTS = '/api/v1/organization/acme/robots'
const ALL = '/api/v1/superuser/robots'
const DAY = 86_400

const time = createShiftedClock()
let stage: Stage
let alice: Client
let root: Client
let member: Client

/** In the order of their creation. */
const MADE = ['web-deployer', 'ci', 'shop_scanner.eu', 'idle', 'gone'] as const

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: time.clock } })
  await stage.people('alice', 'member')
  await stage.superusers('root')
  await stage.organization('acme')
  await stage.organization('other')
  await stage.team('acme', { name: 'devs', role: 'member', members: ['member'] })
  alice = await stage.client('alice', 'org:admin')
  const secrets: Record<string, string> = {}
  for (const name of MADE) secrets[name] = await stage.robot(`acme+${name}`)
  await stage.robot('other+ci')
  const change = (name: string, patch: object) =>
    alice.patch(`${ROBOTS}/${name}`, patch).expect(200)
  await change('web-deployer', {
    description: 'Rolls out the Shop (École)',
    labels: { team: 'web', env: 'prod' },
  })
  await change('ci', { labels: { team: 'web', env: 'test', note: 'a:b' } })
  await change('idle', { enabled: false })
  await change('shop_scanner.eu', { expires_at: at(10 * DAY) })
  await change('web-deployer', { expires_at: at(100 * DAY) })
  await change('gone', { expires_at: at(60) })
  const logIn = (name: string) =>
    stage.api.login(`acme+${name}`, secrets[name] as string).expect(200)
  await logIn('shop_scanner.eu')
  time.pass(DAY)
  await logIn('ci')
  time.pass(61)
  await logIn('web-deployer')
  alice = await stage.client('alice', 'org:admin', 'user:admin')
  member = await stage.client('member', 'org:admin', 'repo:create')
  root = await stage.client('root', 'super:user')
})
afterAll(() => stage.close())

const at = (seconds: number) => new Date(time.clock().getTime() + seconds * 1000).toISOString()

type Listed = { body: { robots: { name: string }[]; next_page?: string } }
const shortNames = ({ body }: Listed) => body.robots.map(({ name }) => name.replace('acme+', ''))
const found = async (query: string, client = alice) =>
  shortNames(await client.get(`${ROBOTS}?${query}`).expect(200))

describe('q finds', () => {
  it.each([
    ['q=deployer', ['web-deployer']],
    ['q=dep', ['web-deployer']],
    ['q=ploy', []],
    ['q=SCAN', ['shop_scanner.eu']],
    ['q=eu', ['shop_scanner.eu']],
    ['q=shop', ['shop_scanner.eu', 'web-deployer']],
    ['q=shop+web', ['web-deployer']],
    ['q=web-dep', ['web-deployer']],
    ["q=rolls%20'out:*%20|%20!", ['web-deployer']],
    ['q=%C3%A9col', ['web-deployer']],
    ['q=', ['ci', 'gone', 'idle', 'shop_scanner.eu', 'web-deployer']],
  ])('beginnings of words in name and description: %s', async (query, names) => {
    expect(await found(query)).toEqual(names)
  })

  it('what a robot is called after a change, in lists of the user, too', async () => {
    await alice.put('/api/v1/user/robots/mine', { description: 'first' })
    await alice.patch('/api/v1/user/robots/mine', { description: 'second' }).expect(200)
    const own = async (q: string) =>
      (await alice.get(`/api/v1/user/robots?q=${q}`).expect(200)).body.robots.length
    expect([await own('first'), await own('second')]).toEqual([0, 1])
  })
})

it.each([
  ['label=team:web', ['ci', 'web-deployer']],
  ['label=team:web&label=env:prod', ['web-deployer']],
  ['label=note:a:b', ['ci']],
  ['label=team:we', []],
  ['label=team:web&q=roll', ['web-deployer']],
])('labels are found whole, several of them together: %s', async (query, names) => {
  expect(await found(query)).toEqual(names)
})

it.each([
  ['state=active', ['ci', 'shop_scanner.eu', 'web-deployer']],
  ['state=disabled', ['idle']],
  ['state=expired', ['gone']],
  ['state=expiring', ['shop_scanner.eu']],
  ['state=expiring&within=15w', ['shop_scanner.eu', 'web-deployer']],
  ['state=expiring&within=1h', []],
  ['state=unused', ['gone', 'idle']],
  ['state=unused&unused_since=1d', ['gone', 'idle', 'shop_scanner.eu']],
  ['state=unused&unused_since=61s', ['ci', 'gone', 'idle', 'shop_scanner.eu']],
  ['state=unused&unused_since=10m', ['gone', 'idle', 'shop_scanner.eu']],
])('states are those of the moment: %s', async (query, names) => {
  expect(await found(query)).toEqual(names)
})

it('what ends now has ended, and what ends or was used at the very bound is within it', async () => {
  const now = new Date()
  const frozen = await startStage({
    database: stage.database,
    surroundings: { clock: () => now },
  })
  const robots = '/api/v1/organization/edges/robots'
  await frozen.organization('edges')
  const { id } = (await frozen.db.namespace.findUnique({ where: { name: 'edges' } })) ?? {}
  const client = await frozen.client('alice', 'org:admin')
  const days = (count: number) => new Date(now.getTime() + count * DAY * 1000)
  for (const [name, columns] of [
    ['now', { expiresAt: now }],
    ['soon', { expiresAt: days(14) }],
    ['used', { lastAccessedAt: days(-90) }],
  ] as const) {
    await client.put(`${robots}/${name}`).expect(201)
    await frozen.db.robot.updateMany({ where: { namespaceId: id ?? '', name }, data: columns })
  }
  await frozen.db.robotSecret.updateMany({
    where: { robot: { name: 'now' } },
    data: { expiresAt: now },
  })
  await frozen.db.robotSecret.updateMany({
    where: { robot: { name: 'soon' } },
    data: { expiresAt: days(14) },
  })
  const of = async (query: string) =>
    (await client.get(`${robots}?${query}`).expect(200)).body.robots.map(
      ({ name }: { name: string }) => name.replace('edges+', ''),
    )
  expect(await of('state=expired')).toEqual(['now'])
  expect(await of('state=expiring')).toEqual(['soon'])
  expect(await of('state=active')).toEqual(['soon', 'used'])
  expect(await of('state=secret_expiring')).toEqual(['soon'])
  expect(await of('state=unused')).toContain('used')
  await frozen.close()
})

const SORTED = {
  name: ['ci', 'gone', 'idle', 'shop_scanner.eu', 'web-deployer'],
  created: [...MADE],
  last_used: ['idle', 'gone', 'shop_scanner.eu', 'ci', 'web-deployer'],
  expires: ['gone', 'shop_scanner.eu', 'web-deployer', 'ci', 'idle'],
}
const SORTS: [string, string[]][] = Object.entries(SORTED)

/** All pages, and the token of the first. */
async function pages(client: Client, url: string) {
  const names: string[] = []
  const tokens: string[] = []
  for (let next: string | undefined = ''; next !== undefined; ) {
    const answer: Listed = await client.get(`${url}${next && `&next_page=${next}`}`).expect(200)
    names.push(...shortNames(answer))
    next = answer.body.next_page
    if (next) tokens.push(next)
  }
  return { names, tokens }
}

it.each(SORTS)('sorted by %s, pages follow each other without gaps', async (sort, names) => {
  expect(await found(`sort=${sort}`)).toEqual(names)
  for (const limit of [1, 2, 3]) {
    const read = await pages(alice, `${ROBOTS}?sort=${sort}&limit=${limit}`)
    expect(read.names, `${limit}`).toEqual(names)
  }
  const all = await pages(root, `${ALL}?sort=${sort}&limit=2`)
  expect(all.names.filter((name) => names.includes(name))).toEqual(names)
})

it('a page begins where the one before ended, whatever was deleted and made meanwhile', async () => {
  for (const [sort] of SORTS) {
    for (const name of ['cj', 'ck']) await alice.put(`${ROBOTS}/${name}`).expect(201)
    const query = `sort=${sort}&limit=1&q=ck`
    const { tokens } = await pages(alice, `${ROBOTS}?sort=${sort}&q=c&limit=1`)
    await alice.delete(`${ROBOTS}/cj`).expect(204)
    const after = await found(`${query}&next_page=${tokens[0]}`)
    expect(after, sort).toEqual(['ck'])
    await alice.delete(`${ROBOTS}/ck`).expect(204)
  }
})

it('next_page is good for its own sort only', async () => {
  const tokens = await Promise.all(
    SORTS.map(async ([sort]) => {
      const { tokens } = await pages(alice, `${ROBOTS}?sort=${sort}&limit=2`)
      return [sort, tokens[0] as string] as const
    }),
  )
  const statuses = SORTS.map(async ([sort]) =>
    Promise.all(
      tokens.map(async ([of, token]) => {
        const { status } = await alice.get(`${ROBOTS}?sort=${sort}&next_page=${token}`)
        return status === (sort === of ? 200 : 400)
      }),
    ),
  )
  expect((await Promise.all(statuses)).flat()).not.toContain(false)
  const created = tokens.find(([sort]) => sort === 'created')?.[1]
  await alice.get(`${ROBOTS}?next_page=${created}`).expect(400)
  await root.get(`${ALL}?next_page=${created}`).expect(400)
})

it.each([
  'created',
  'expires 019abfd5-0000-7000-8000-000000000000 soon',
  'expires 019abfd5-0000-7000-8000-000000000000',
  'expires 1 2027-01-31T00:00:00.000Z',
  'expires 019abfd5-0000-7000-8000-000000000000  more',
])('next_page is none that a page had: %s', async (position) => {
  const token = Buffer.from(position).toString('base64url')
  await alice.get(`${ROBOTS}?sort=expires&next_page=${token}`).expect(400)
})

it.each([
  ['q=--', 'q must have a letter or a digit'],
  [`q=${'x'.repeat(256)}`, 'at most 255 characters'],
  ['label=team', 'label must be key:value'],
  ['label=:web', 'label must be key:value'],
  ['label=team:%00', 'label must be key:value'],
  ['state=asleep', 'state must be one of active, disabled, expired, expiring, unused'],
  ['sort=size', 'sort must be one of name, created, last_used, expires'],
  ['within=14d', 'within is for state=expiring'],
  ['state=unused&within=14d', 'within is for state=expiring'],
  ['state=active&unused_since=1d', 'unused_since is for state=unused'],
  ['state=expiring&within=14', 'within must be a duration'],
  ['state=unused&unused_since=36501d', 'unused_since must be a duration'],
])('what means nothing is refused: %s', async (query, words) => {
  for (const [client, url] of [
    [alice, ROBOTS],
    [root, ALL],
  ] as const) {
    const { body } = await client.get(`${url}?${query}`).expect(400)
    expect(JSON.stringify(body)).toContain(words)
  }
})

it('members filter and sort by what they see, and by nothing else', async () => {
  expect(await found('q=shop', member)).toEqual(['shop_scanner.eu', 'web-deployer'])
  expect(await found('state=unused&sort=last_used', member)).toEqual(['idle', 'gone'])
  for (const query of ['label=team:web', 'state=disabled', 'state=expiring', 'sort=expires']) {
    await member.get(`${ROBOTS}?${query}`).expect(403)
  }
})

it('a filtered list shows what the whole one does', async () => {
  for (const shown of ['token=true', 'details=true', 'details=true&permissions=true']) {
    const whole = (await alice.get(`${ROBOTS}?${shown}`)).body.robots
    const { body } = await alice.get(`${ROBOTS}?${shown}&state=disabled`).expect(200)
    expect(body.robots).toEqual([whole.find(({ name }: { name: string }) => name === 'acme+idle')])
  }
})

it('superusers see the robots of all owners, by short name, without tokens', async () => {
  const { body } = await root.get(`${ALL}?q=ci`).expect(200)
  expect(body.robots.map(({ name }: { name: string }) => name)).toEqual(['acme+ci', 'other+ci'])
  expect(Object.keys(body.robots[0]).sort()).toEqual([
    'created',
    'description',
    'last_accessed',
    'name',
  ])
  const detailed = (await root.get(`${ALL}?label=env:prod&details=true`).expect(200)).body.robots
  const own = (await alice.get(`${ROBOTS}?label=env:prod&details=true&token=false`)).body.robots
  expect(detailed).toEqual(own)
  await alice.get(ALL).expect(403)
})

it('superusers do not see robots of an owner who is deleted', async () => {
  await stage.organization('closed')
  await stage.robot('closed+last')
  await stage.db.namespace.updateMany({
    where: { name: 'closed' },
    data: { deletedAt: new Date() },
  })
  expect((await root.get(`${ALL}?q=last`).expect(200)).body.robots).toEqual([])
})

it('a place among robots that were never used is none among those that jobs have used', async () => {
  const token = Buffer.from(`last_used ${crypto.randomUUID()} `).toString('base64url')
  const query = `${ROBOTS}?sort=last_used&state=needless_secret`
  const { body: begun } = await alice.get(query).expect(200)
  expect((await alice.get(`${query}&next_page=${token}`).expect(200)).body).toEqual(begun)
})
