import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { issuersWith } from '../helpers/federation.ts'
import { namespaceId } from '../helpers/rows.ts'
import { POLICY } from '../helpers/service.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Whatever a list is filtered by, and whoever wrote what it finds, it shows what a look at each robot says. Robots are written
// as servers of any version write them: by SQL that knows of nothing but the robot itself.

interface Robot {
  id: string
  owner: string
  name: string
  words: string[]
  labels: string[]
  enabled: boolean
  /** Days until its end, and until that of its secret. */
  expires: number | undefined
  secretExpires: number | undefined
  /** Days since its last use, and how that was. */
  used: number | undefined
  usedBy: string | null
  issuer: string | undefined
  hasAudience: boolean
}

const COUNT = 150
const ALL_OWNERS = '/api/v1/superuser/robots'
const [LISTED, OTHER, NEW] = ['listed', 'other', 'new'].map((name) => `https://${name}.example`)

/** More different words begin with w than are read side by side, and more issuers are not listed. */
const robotOf = (i: number, owner = 'acme'): Robot => ({
  id: randomUUID(),
  owner,
  name: `r${(i * 37) % COUNT}`,
  words: [`w${i % 50}`, ...(i % 2 === 0 ? ['even'] : []), ...(i % 30 === 1 ? ['rare'] : [])],
  labels: [`mod:${i % 3}`, ...(i % 25 === 4 ? ['few:x'] : [])],
  enabled: i % 7 !== 2,
  expires: i % 5 === 0 ? (i % 40) - 20 + 0.5 : undefined,
  secretExpires: i % 4 < 2 ? (i % 30) - 4.5 : undefined,
  used: i % 6 === 0 ? undefined : i - (i % 3),
  usedBy: i % 6 === 0 ? null : (['federated', 'static'][i % 4] ?? 'api_token'),
  issuer: [LISTED, OTHER, undefined][i % 5] ?? (i % 5 > 2 ? `https://${i}.example` : undefined),
  hasAudience: i % 10 !== 0,
})

let stage: Stage
let clients: [string, Client][]
/** Some of another owner are called so, too, and were used, and end, at the same times. */
let robots = [
  ...Array.from({ length: COUNT }, (_, i) => robotOf(i)),
  ...Array.from({ length: 12 }, (_, i) => robotOf(i, 'other')),
]

const NOW = Date.now()
const days = (count: number | undefined) =>
  count === undefined ? null : new Date(NOW + count * 86_400_000)

async function write(robot: Robot) {
  const { db } = stage
  const { id } = robot
  const owner = await namespaceId(db, robot.owner)
  await db.$executeRaw`
    INSERT INTO robots (id, namespace_id, name, description, credential_id, created_at, enabled, labels, expires_at, last_accessed_by, last_accessed_at)
    VALUES (${id}::uuid, ${owner}::uuid, ${robot.name}, ${robot.words.join(' - ')}, gen_random_uuid(), now(), ${robot.enabled},
            ${robot.labels}, ${days(robot.expires)}, ${robot.usedBy}, ${days(robot.used === undefined ? undefined : -robot.used)})`
  await db.$executeRaw`
    INSERT INTO robot_secrets (id, robot_id, seal_key_id, sealed, digest, created_at, expires_at)
    SELECT credential_id, id, 'k', '', '', now(), ${days(robot.secretExpires)} FROM robots WHERE id = ${id}::uuid`
  if (robot.issuer === undefined) return
  await db.$executeRaw`
    INSERT INTO federation_entry_rows (id, robot_id, position, issuer, subject, audiences, match_hash)
    VALUES (${id}::uuid, ${id}::uuid, 0, ${robot.issuer}, 's', ${robot.hasAudience ? ['a'] : []}, '')`
}

beforeAll(async () => {
  const issuers = issuersWith(await createSigningKey('ES256', 'k1'), LISTED as string)
  const policy = {
    ...{ ...POLICY, trustedIssuers: 'listed' as const },
    secretMaxLifetime: 20 * 86_400,
  }
  stage = await startStage({ config: { issuers, policy } })
  await stage.people('alice')
  await stage.superusers('root')
  for (const owner of ['acme', 'other']) await stage.organization(owner)
  for (const robot of robots) await write(robot)
  clients = [
    ['/api/v1/organization/acme/robots', await stage.client('alice', 'org:admin')],
    [ALL_OWNERS, await stage.client('root', 'super:user')],
  ]
})
afterAll(() => stage.close())

type Judge = (robot: Robot) => boolean

const begins = (text: string) => (robot: Robot) =>
  [robot.name, ...robot.words].some((word) => word.startsWith(text))
const within = (count: number | undefined, most: number) =>
  count !== undefined && count > 0 && count <= most

const FILTERS: [string, Judge][] = [
  ['q=even', begins('even')],
  ['q=rare', begins('rare')],
  ['q=none', () => false],
  ['q=w', begins('w')],
  ['q=w1', begins('w1')],
  ['label=mod:1', ({ labels }) => labels.includes('mod:1')],
  ['label=few:x', ({ labels }) => labels.includes('few:x')],
  ['state=active', ({ enabled, expires }) => enabled && (expires ?? 1) > 0],
  ['state=disabled', ({ enabled }) => !enabled],
  ['state=expired', ({ expires }) => (expires ?? 1) <= 0],
  ['state=expiring', ({ enabled, expires }) => enabled && within(expires, 14)],
  ['state=unused&unused_since=70d', ({ used }) => (used ?? 100) >= 70],
  ['state=secret_expiring', ({ secretExpires }) => within(secretExpires, 14)],
  [
    'state=needless_secret',
    ({ usedBy, issuer, secretExpires }) =>
      usedBy === 'federated' && issuer !== undefined && (secretExpires ?? 1) > 0,
  ],
  ['state=secret_against_policy', ({ secretExpires }) => (secretExpires ?? Infinity) > 20],
  ['state=any_audience', ({ issuer, hasAudience }) => issuer !== undefined && !hasAudience],
  ['state=issuer_against_policy', ({ issuer }) => issuer !== undefined && issuer !== LISTED],
]

const kindOf = ([query]: [string, Judge]) => query.slice(0, query.indexOf('='))
const PAIRS = FILTERS.flatMap((one, index) =>
  FILTERS.slice(index + 1)
    .filter((other) => kindOf(one) !== 'state' || kindOf(other) !== 'state')
    .filter((other) => kindOf(one) !== 'q' || kindOf(other) !== 'q')
    .map((other): [string, Judge] => [
      `${one[0]}&${other[0]}`,
      (robot) => one[1](robot) && other[1](robot),
    ]),
)

/** Robots on the first pages. */
async function listed(client: Client, url: string, { limit, pages }: Pages) {
  const names: string[] = []
  for (let page = 0, next = ''; page < pages; page++) {
    const { body } = await client
      .get(`${url}&limit=${limit}&token=false${next && `&next_page=${next}`}`)
      .expect(200)
    names.push(...body.robots.map(({ name }: Robot) => name))
    if (body.next_page === undefined) break
    next = body.next_page
  }
  return names
}

interface Pages {
  limit: number
  pages: number
}
const ALL = { limit: 20, pages: COUNT }
/** So few that most of what matches is not among the robots that are looked at first. */
const FIRST = { limit: 1, pages: 2 }

/** What robots are sorted by, and of what is the same by their ids. */
const SORTS: Record<string, (robot: Robot) => string | number> = {
  name: ({ name }) => name,
  created: () => 0,
  last_used: ({ used }) => -(used ?? Infinity),
  expires: ({ expires }) => expires ?? Infinity,
}

function expected(judge: Judge, url: string, sort: string) {
  const key = SORTS[sort] as (typeof SORTS)[string]
  return robots
    .filter((robot) => judge(robot) && (url === ALL_OWNERS || robot.owner === 'acme'))
    .map((robot) => ({ ...robot, key: key(robot) }))
    .sort((one, other) =>
      one.key === other.key ? compare(one.id, other.id) : compare(one.key, other.key),
    )
    .map(({ owner, name }) => `${owner}+${name}`)
}

const compare = <Key extends string | number>(one: Key, other: Key) => (one < other ? -1 : 1)

async function expectAll(filters: [string, Judge][], pages: Pages, sort = 'name') {
  for (const [url, client] of clients) {
    for (const [query, judge] of filters) {
      const names = expected(judge, url, sort).slice(0, pages.limit * pages.pages)
      const found = await listed(client, `${url}?${query}&sort=${sort}`, pages)
      expect(found, `${url} ${query}`).toEqual(names)
    }
  }
}

it('finds what it looks for, and by two filters what both find', async () => {
  await expectAll(FILTERS, ALL)
  await expectAll([...FILTERS, ...PAIRS], FIRST)
}, 60_000)

it.each(['created', 'last_used', 'expires'])(
  'has them in the order of %s',
  async (sort) => {
    const all: [string, Judge] = ['', () => true]
    await expectAll([all, ...FILTERS], { limit: 40, pages: COUNT }, sort)
    await expectAll(FILTERS, FIRST, sort)
  },
  60_000,
)

it('finds what was changed, by a server of any version', async () => {
  const { db } = stage
  const gone = robots.filter((_, i) => i % 11 === 0).map(({ id }) => id)
  await db.$executeRaw`DELETE FROM robots WHERE id = ANY (${gone}::uuid[])`
  await db.$executeRaw`UPDATE robots SET description = 'rare - w7', labels = ARRAY['few:x'] WHERE name LIKE 'r1%'`
  await db.$executeRaw`
    UPDATE federation_entry_rows SET audiences = '{}', issuer = ${NEW} WHERE issuer = ${LISTED}`
  await db.$executeRaw`DELETE FROM federation_entry_rows WHERE issuer <> ${NEW}`
  robots = robots
    .filter(({ id }) => !gone.includes(id))
    .map((robot) => ({
      ...robot,
      ...(robot.name.startsWith('r1') && { words: ['rare', 'w7'], labels: ['few:x'] }),
      ...(robot.issuer === LISTED ? { issuer: NEW, hasAudience: false } : { issuer: undefined }),
    }))
  await expectAll(FILTERS, ALL)
  const [left] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int FROM robot_marks m WHERE NOT EXISTS (SELECT FROM robots r WHERE r.id = m.robot_id)`
  expect(left?.count).toBe(0)
}, 60_000)
