import { afterAll, beforeAll, expect, it } from 'vitest'
import { Prisma } from '../../src/generated/prisma/client.ts'
import { type Client, invalidRequest } from '../helpers/api.ts'
import { namespaceId, teamRow, writeMany } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Lists that Quay gives in one piece: what is longer than 10,000 goes on, and is not cut silently.

const COUNT = 12_002
const PAGE = 10_000
const ACME = '/api/v1/organization/acme'

let stage: Stage
let alice: Client

beforeAll(async () => {
  stage = await startStage()
  const { db } = stage
  await stage.people('alice', 'bob')
  await stage.organization('acme')
  const acme = await namespaceId(db, 'acme')
  await stage.team('acme', { name: 'devs', role: 'member' })
  const { id: team } = await teamRow(db, 'acme', 'devs')
  const series = Prisma.sql`generate_series(1, ${COUNT}::int) n`
  const name = (prefix: string) => Prisma.sql`${prefix}::text || lpad(n::text, 6, '0')`
  // Not joined: without statistics PostgreSQL would look for it once for each user.
  const first = Prisma.sql`(SELECT id FROM repositories WHERE name = 'repo000001')`
  const inserts = [
    Prisma.sql`INSERT INTO namespaces (id, name, kind, email, created_at)
      SELECT gen_random_uuid(), ${name('user')}, 'user', ${name('mail')}, now() FROM ${series}`,
    Prisma.sql`INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
      SELECT gen_random_uuid(), ${acme}::uuid, ${name('repo')}, 'private', now() FROM ${series}`,
    Prisma.sql`INSERT INTO teams (id, organization_id, name, role, created_at)
      SELECT gen_random_uuid(), ${acme}::uuid, ${name('team')}, 'member', now() FROM ${series}`,
    Prisma.sql`INSERT INTO team_members (id, team_id, user_id)
      SELECT gen_random_uuid(), ${team}::uuid, id FROM namespaces WHERE name LIKE 'user0%'`,
    Prisma.sql`INSERT INTO repository_permissions (id, repository_id, role, team_id)
      SELECT gen_random_uuid(), id, 'read', ${team}::uuid FROM repositories`,
    Prisma.sql`INSERT INTO repository_permissions (id, repository_id, role, user_id)
      SELECT gen_random_uuid(), ${first}, 'read', id FROM namespaces WHERE name LIKE 'user0%'`,
    Prisma.sql`INSERT INTO repository_permissions (id, repository_id, role, team_id)
      SELECT gen_random_uuid(), ${first}, 'read', id FROM teams WHERE name LIKE 'team0%'`,
    Prisma.sql`INSERT INTO default_permissions (id, organization_id, role, user_id)
      SELECT gen_random_uuid(), ${acme}::uuid, 'read', id FROM namespaces WHERE name LIKE 'user0%'`,
  ]
  await writeMany(db, async (tx) => {
    for (const insert of inserts) await tx.$executeRaw(insert)
  })
  alice = await stage.client('alice', 'org:admin', 'repo:admin')
}, 180_000)
afterAll(() => stage.close())

/** Path, key of the list, how many there are in all. */
const LISTS: [string, string, number][] = [
  [`${ACME}/team/devs/members`, 'members', COUNT],
  [`${ACME}/team/devs/permissions`, 'permissions', COUNT],
  [`${ACME}/members`, 'members', COUNT + 1],
  [`${ACME}/prototypes`, 'prototypes', COUNT],
  ['/api/v1/repository/acme/repo000001/permissions/user/', 'permissions', COUNT],
  ['/api/v1/repository/acme/repo000001/permissions/team/', 'permissions', COUNT + 1],
]

const WITH_LIMIT = ['members', 'permissions'].map((list) => `${ACME}/team/devs/${list}`)
WITH_LIMIT.push(`${ACME}/prototypes`)

it.each(LISTS)('%s goes on where it was cut', async (path, key, all) => {
  const { body: first } = await alice.get(path).expect(200)
  const { body: rest } = await alice.get(`${path}?next_page=${first.next_page}`).expect(200)
  const sizes = [first, rest].map((body) => Object.keys(body[key]).length)
  expect(sizes).toEqual([PAGE, all - PAGE])
  expect(rest).not.toHaveProperty('next_page')
  const items = [first, rest]
    .flatMap((body) => Object.values(body[key]))
    .map((item) => JSON.stringify(item))
  expect(new Set(items).size).toBe(all)
  const { body } = await alice.get(`${path}?next_page=%00`).expect(400)
  expect(body).toEqual(invalidRequest(stage.url))
})

it.each(LISTS.filter(([path]) => WITH_LIMIT.includes(path)))(
  '%s gives no more at once, whatever is asked for',
  async (path, key, all) => {
    const { body: most } = await alice.get(`${path}?limit=${all}`).expect(200)
    expect([Object.keys(most[key]).length, typeof most.next_page]).toEqual([PAGE, 'string'])
    const { body: few } = await alice.get(`${path}?limit=1`).expect(200)
    expect([Object.keys(few[key]).length, typeof few.next_page]).toEqual([1, 'string'])
  },
)

it('gives all teams of an organization', async () => {
  const { body } = await alice.get(ACME).expect(200)
  expect(Object.keys(body.teams)).toHaveLength(COUNT + 2)
  expect(body.ordered_teams).toEqual(Object.keys(body.teams))
})
