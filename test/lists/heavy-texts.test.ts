import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Prisma } from '../../src/generated/prisma/client.ts'
import type { Client } from '../helpers/api.ts'
import { listQueries } from '../helpers/queries.ts'
import { auditEntries, namespaceId } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Users write texts of up to a quarter of a MiB: no list of them is in memory as a whole.

const ACME = '/api/v1/organization/acme'
/** The longest description, in bytes, too. */
const HEAVY = '😀'.repeat(65_535)
const COUNT = 105

let stage: Stage
let alice: Client

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.organization('acme')
  alice = await stage.client('alice', 'org:admin', 'repo:admin', 'repo:create')
  await alice.put(`${ACME}/robots/ci`).expect(201)
  const acme = await namespaceId(stage.db, 'acme')
  // Every tenth is heavy, and four in a row.
  const description = Prisma.sql`CASE WHEN n % 10 = 0 OR n BETWEEN 51 AND 54 THEN ${HEAVY} ELSE 'light' END`
  const name = Prisma.sql`'n' || lpad(n::text, 4, '0')`
  await stage.db.$executeRaw(Prisma.sql`
    INSERT INTO teams (id, organization_id, name, role, description, created_at)
    SELECT ('99999999-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ${acme}::uuid, ${name}, 'member',
           ${description}, now()
    FROM generate_series(1, ${COUNT}::int) n`)
  await stage.db.$executeRaw(Prisma.sql`
    INSERT INTO repositories (id, namespace_id, name, visibility, description, created_at)
    SELECT gen_random_uuid(), ${acme}::uuid, ${name}, 'public', ${description}, now()
    FROM generate_series(1, ${COUNT}::int) n`)
}, 120_000)
afterAll(() => stage.close())

const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => `n${String(from + n).padStart(4, '0')}`)

const isHeavy = (name: string) => /0$|^n005[1-4]$/.test(name)

/** By the length of the description, so that a failure can be read. */
const described = (list: string[]) =>
  list.map((name) => ({ name, length: isHeavy(name) ? HEAVY.length : 'light'.length }))
const lengths = (list: { name: string; description: string }[]) =>
  list.map(({ name, description }) => ({ name, length: description.length }))

/** What `work` answers, and how often it reads from the table. */
async function readsOf<Answer>(table: string, work: () => PromiseLike<Answer>) {
  let answer: Answer | undefined
  const texts = await listQueries(async () => {
    answer = await work()
  })
  const reads = texts.filter((text) => text.includes('octet_length') && text.includes(table))
  return { answer: answer as Answer, reads: reads.length }
}

// A MiB each, of 3.5 MiB.
const READS = 3

describe('a list of heavy texts', () => {
  it('of teams is read a few at a time, and whole', async () => {
    const { answer, reads } = await readsOf('FROM teams', () => alice.get(ACME).expect(200))
    const { teams, ordered_teams: ordered } = answer.body
    expect(lengths(Object.values(teams))).toEqual([
      { name: 'owners', length: 0 },
      ...described(names(1, COUNT)),
    ])
    expect(ordered).toEqual(['owners', ...names(1, COUNT)])
    expect(reads).toBeGreaterThanOrEqual(READS)
  })

  it('of repositories, too, and ends where a page ends', async () => {
    const list = '/api/v1/repository?public=true'
    const page = await readsOf('FROM repositories', () => stage.api.call('get', list).expect(200))
    const { repositories, next_page: next } = page.answer.body
    expect(lengths(repositories)).toEqual(described(names(1, 100)))
    expect(page.reads).toBeGreaterThanOrEqual(READS)
    const { body: rest } = await stage.api.call('get', `${list}&next_page=${next}`).expect(200)
    expect(lengths(rest.repositories)).toEqual(described(names(101, COUNT)))
    expect(rest.next_page).toBeUndefined()
  })
})

describe('the audit log', () => {
  it('tells a long description by its size', async () => {
    const description = 'é'.repeat(4096)
    await alice.put(`${ACME}/team/n0001`, { role: 'member', description }).expect(200)
    await alice.put('/api/v1/repository/acme/n0001', { description }).expect(200)
    await alice.put(`${ACME}/team/n0002`, { role: 'member', description: 'short' }).expect(200)
    const metadata = new Map(
      (await auditEntries(stage.db)).map((entry) => [
        `${entry.kind} ${(entry.metadata as { team?: string }).team ?? ''}`,
        entry.metadata,
      ]),
    )
    const long = { description: { omitted_bytes: 8194 } }
    expect(metadata.get('org_set_team_description n0001')).toMatchObject(long)
    expect(metadata.get('set_repo_description ')).toMatchObject(long)
    expect(metadata.get('org_set_team_description n0002')).toMatchObject({ description: 'short' })
  })
})

describe('a refusal', () => {
  it.each([[1], [5]])(
    'is short and quick, however long the %i keys that it names',
    async (count) => {
      const entry = Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`${n}${'a'.repeat(1_000_000 / count)}`, 1]),
      )
      const begin = performance.now()
      const { text } = await alice.post(`${ACME}/robots/ci/federation`, [entry]).expect(400)
      expect(performance.now() - begin).toBeLessThan(500)
      expect(text.length).toBeLessThan(10_000)
      expect(text).toContain('issuer')
    },
  )
})
