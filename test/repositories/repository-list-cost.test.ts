import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Prisma } from '../../src/generated/prisma/client.ts'
import { recordStatements, rowsReadBy } from '../helpers/plans.ts'
import { namespaceId, teamRow } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A page costs what is on it: how many rows are read for one, among many repositories and many roles.

const MANY = 8_000
const PAGE = 100
/** Rows that a page may read: each of its items from a few sources, and one more. */
const MOST = 12 * PAGE

const TABLES = ['repositories', 'repository_permissions']

let stage: Stage
const tokens: Record<string, string> = {}

beforeAll(async () => {
  stage = await startStage({ config: { superusersFullAccess: true } })
  const { db } = stage
  await stage.people('alice', 'bob', 'carol', 'dave')
  await stage.superusers('root')
  for (const name of ['acme', 'mixed', 'other']) await stage.organization(name)
  for (const name of ['acme', 'mixed', 'other']) {
    const id = await namespaceId(db, name)
    await db.$executeRaw(Prisma.sql`
      INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
      SELECT gen_random_uuid(), ${id}::uuid, 'r' || lpad(i::text, 6, '0'),
             (CASE WHEN ${name} = 'mixed' AND i % 2 = 0 THEN 'public' ELSE 'private' END)::visibility, now()
      FROM generate_series(1, ${MANY}::int) i`)
  }
  const grant = async (organization: string, column: 'user_id' | 'team_id', id: string) =>
    db.$executeRaw(Prisma.sql`
      INSERT INTO repository_permissions (id, repository_id, role, ${Prisma.raw(column)})
      SELECT gen_random_uuid(), p.id, 'read', ${id}::uuid FROM repositories p
      WHERE p.namespace_id = ${await namespaceId(db, organization)}::uuid`)
  await grant('acme', 'user_id', await namespaceId(db, 'bob'))
  await grant('mixed', 'user_id', await namespaceId(db, 'bob'))
  await stage.team('acme', { name: 'devs', role: 'member', members: ['carol'] })
  await grant('acme', 'team_id', (await teamRow(db, 'acme', 'devs')).id)
  for (const name of ['alice', 'bob', 'carol', 'dave']) {
    tokens[name] = await stage.token(name, ['repo:read'])
  }
  tokens.root = await stage.token('root', ['repo:read', 'super:user'])
}, 120_000)
afterAll(() => stage.close())

type List = { repositories: { namespace: string; name: string }[]; next_page?: string }

async function list(query: string, who: string): Promise<List> {
  const { body } = await stage.api.as(tokens[who]).get(`/api/v1/repository?${query}`).expect(200)
  return body
}

const position = async (namespace: string, name: string) =>
  `&next_page=${Buffer.from(`${await namespaceId(stage.db, namespace)}/${name}`).toString('base64url')}`

const CASES: [string, string, string, number][] = [
  ['an administrator', 'alice', 'namespace=acme', PAGE],
  ['an administrator of some organizations', 'alice', 'public=true', PAGE],
  ['who may do everything', 'root', 'namespace=acme', PAGE],
  ['who may do everything, anywhere', 'root', 'public=true', PAGE],
  ['somebody with a role in each', 'bob', 'namespace=acme', PAGE],
  ['somebody with a role in each, and public ones', 'bob', 'namespace=mixed&public=true', PAGE],
  ['somebody with roles, anywhere', 'bob', 'public=true', PAGE],
  ['somebody with as many roles elsewhere', 'bob', 'namespace=other', 0],
  ['somebody with a team', 'carol', 'namespace=acme', PAGE],
  ['somebody with a team elsewhere', 'carol', 'namespace=other', 0],
  ['somebody without a role', 'dave', 'namespace=acme', 0],
  ['somebody without a role, and public ones', 'dave', 'namespace=mixed&public=true', PAGE],
  ['anybody', 'nobody', 'namespace=mixed&public=true', PAGE],
  ['anybody, anywhere', 'nobody', 'public=true', PAGE],
]

/** The same from the last name on, which is for one namespace. */
const FROM_LAST = CASES.filter(([, , query]) => query.startsWith('namespace=')).map(
  ([who, user, query, count]): (typeof CASES)[number] => [
    `${who}, from the last`,
    user,
    `${query}&sort=-name`,
    count,
  ],
)

describe.each(['before', 'after'])('%s the planner knows the tables', (when) => {
  beforeAll(async () => {
    if (when === 'after') await stage.db.$executeRawUnsafe('ANALYZE')
  })

  // Of somebody's roles, and of public ones, PostgreSQL expects few before it has counted them, and sorts those.
  const cases = when === 'after' ? [...CASES, ...FROM_LAST] : CASES.slice(0, 1)
  it.each(cases)('a page costs %s what is on it', async (_, who, query, count) => {
    const place = /namespace=(\w+)/.exec(query)?.[1] ?? 'mixed'
    for (const page of ['', await position(place, 'r000300'), await position(place, 'r007700')]) {
      const recorder = recordStatements()
      const { repositories } = await list(query + page, who)
      const sent = recorder.stop().filter(({ text }) => text.includes('repositories'))
      expect(repositories).toHaveLength(count)
      for (const statement of sent) {
        expect(await rowsReadBy(stage.db, TABLES, statement), page).toBeLessThan(MOST)
      }
    }
  })
})

it.each([
  ['', 1],
  ['&sort=-name', -1],
])('gives every repository once, in order, in pages that are full%s', async (sort, sign) => {
  const names: string[] = []
  let pages = 0
  for (let next: string | undefined = ''; next !== undefined; pages++) {
    const page: List = await list(`namespace=acme${sort}${next && `&next_page=${next}`}`, 'bob')
    names.push(...page.repositories.map(({ name }) => name))
    next = page.next_page
  }
  expect(pages).toBe(MANY / PAGE)
  expect(names).toHaveLength(MANY)
  const sorted = [...new Set(names)].sort()
  expect(names).toEqual(sign === 1 ? sorted : sorted.reverse())
})
