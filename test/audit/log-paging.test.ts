import { randomUUID } from 'node:crypto'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../src/db/types.ts'
import { Prisma } from '../../src/generated/prisma/client.ts'
import { type LogScope, logEntriesQuery } from '../../src/queries/logs.ts'
import { invalidRequest } from '../helpers/api.ts'
import { namespaceId } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-11-23T12:00:00Z')

let stage: Stage
let now = NOW
const tokens: Record<string, string> = {}

beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: () => new Date(now) } })
  now = NOW - 30 * DAY
  await stage.superusers('root')
  await stage.people('alice', 'bob')
  for (const name of ['alice', 'bob']) tokens[name] = await stage.token(name, ['user:admin'], 1e8)
  tokens.root = await stage.token('root', ['super:user'], 1e8)
  now = NOW
})
afterAll(() => stage.close())

/** Writes `count` entries, a second apart, that end at `at`. */
async function write(db: Db, name: string, kind: string, count: number, at = NOW) {
  const namespace = { namespaceId: await namespaceId(db, name), namespaceName: name }
  await db.auditEntry.createMany({
    data: Array.from({ length: count }, (_, index) => {
      const createdAt = new Date(at - (count - index) * 1000)
      const id = v7({ msecs: createdAt.getTime() })
      return { id, kind, ...namespace, metadata: { number: index }, createdAt }
    }),
  })
}

interface Page {
  logs: { kind: string; metadata: { number: number } }[]
  next_page?: string
}

async function readAll(path: string, token: string | undefined) {
  const pages: Page[] = []
  for (let next: string | undefined = ''; next !== undefined; next = pages.at(-1)?.next_page) {
    const query = next === '' ? '' : `?next_page=${next}`
    pages.push(
      (
        await stage.api
          .as(token)
          .get(path + query)
          .expect(200)
      ).body,
    )
  }
  return pages
}

describe('a page', () => {
  it('holds 20 entries; each entry is on one page, the newest on the first', async () => {
    await write(stage.db, 'alice', 'create_robot', 60)
    const pages = await readAll('/api/v1/user/logs', tokens.alice)
    expect(pages.map(({ logs }) => logs.length)).toEqual([20, 20, 20])
    const numbers = pages.flatMap(({ logs }) => logs.map(({ metadata }) => metadata.number))
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => 59 - index))
  })

  it('is not shifted by entries that come meanwhile', async () => {
    const path = '/api/v1/user/logs'
    const first: Page = (await stage.api.as(tokens.alice).get(path)).body
    await write(stage.db, 'alice', 'delete_robot', 3)
    const second: Page = (
      await stage.api.as(tokens.alice).get(`${path}?next_page=${first.next_page}`)
    ).body
    expect(second.logs[0]?.metadata.number).toBe(39)
  })

  it('opens no other log', async () => {
    const { body } = await stage.api.as(tokens.alice).get('/api/v1/user/logs')
    const answer = await stage.api
      .as(tokens.bob)
      .get(`/api/v1/user/logs?next_page=${body.next_page}`)
    expect(answer.status).toBe(200)
    expect(answer.body.logs).toEqual([])
  })

  it.each(['x', '', '%00', 'YWxpY2U', Buffer.from(`${randomUUID()}'`).toString('base64url')])(
    'is refused where it is none: %j',
    async (page) => {
      const { body } = await stage.api.as(tokens.alice).get(`/api/v1/user/logs?next_page=${page}`)
      expect(body).toEqual(invalidRequest(stage.url))
    },
  )

  it('reaches all of the installation for a superuser', async () => {
    await write(stage.db, 'bob', 'create_robot', 25)
    const pages = await readAll('/api/v1/superuser/logs', tokens.root)
    expect(pages.flatMap(({ logs }) => logs)).toHaveLength(60 + 3 + 25)
  })
})

it('counts by kind and day', async () => {
  await stage.people('carol')
  const token = await stage.token('carol', ['user:admin'], 1e8)
  await write(stage.db, 'carol', 'create_robot', 4, NOW - DAY)
  await write(stage.db, 'carol', 'create_robot', 2, NOW - 2 * DAY)
  await write(stage.db, 'carol', 'delete_robot', 1, Date.parse('2026-11-22T00:00:01Z'))
  await write(stage.db, 'carol', 'delete_robot', 3, Date.parse('2026-11-21T23:59:58Z'))
  const path = '/api/v1/user/aggregatelogs?starttime=11/21/2026&endtime=11/22/2026'
  const { body } = await stage.api.as(token).get(path).expect(200)
  expect(body).toEqual({
    aggregated: [
      { kind: 'create_robot', count: 2, datetime: 'Sat, 21 Nov 2026 00:00:00 -0000' },
      { kind: 'delete_robot', count: 3, datetime: 'Sat, 21 Nov 2026 00:00:00 -0000' },
      { kind: 'create_robot', count: 4, datetime: 'Sun, 22 Nov 2026 00:00:00 -0000' },
      { kind: 'delete_robot', count: 1, datetime: 'Sun, 22 Nov 2026 00:00:00 -0000' },
    ],
  })
})

describe('the plan', () => {
  const period = { start: new Date(NOW - 40 * DAY), end: new Date(NOW - 10 * DAY) }

  async function planOf(scope: LogScope, robot?: string) {
    const query = logEntriesQuery(
      scope,
      { ...period, performer: undefined, robot },
      { after: undefined, limit: 21 },
    )
    const rows = await stage.db.$queryRaw<{ 'QUERY PLAN': string }[]>(
      Prisma.sql`EXPLAIN (COSTS OFF) ${query}`,
    )
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }

  beforeAll(async () => {
    for (let month = 0; month < 5; month++) {
      await write(stage.db, 'bob', 'old', 2000, NOW - month * 10 * DAY)
      await write(stage.db, 'alice', 'old', 10, NOW - month * 10 * DAY)
    }
    await stage.db.$executeRaw`ANALYZE audit_entries`
  })

  it('of a namespace reads its part of one index, in order', async () => {
    const plan = await planOf({ namespaceId: await namespaceId(stage.db, 'alice') })
    expect(plan).toMatch(/Index Scan Backward using audit_entries_namespace_id_id_idx/)
    expect(plan).toMatch(/Index Cond: \(+namespace_id = .* AND \(id >= .* AND \(id < /)
    expect(plan).not.toMatch(/Sort|Seq Scan on audit_entries/)
  })

  it('of a robot reads its parts of two indexes, in order', async () => {
    const plan = await planOf({ namespaceId: await namespaceId(stage.db, 'bob') }, 'ci')
    expect(plan).toMatch(/Index Scan Backward using audit_entries_robot_idx/)
    expect(plan).toMatch(/Index Scan Backward using audit_entries_given_idx/)
    expect(plan).not.toMatch(/Seq Scan on audit_entries/)
  })

  it('of a repository reads its part of one index, in order', async () => {
    const plan = await planOf({ repositoryId: randomUUID() })
    expect(plan).toMatch(/using audit_entries_of_repository_idx/)
    expect(plan).not.toMatch(/Seq Scan on audit_entries/)
  })

  it('of the installation reads the keys backwards, from the end of the period', async () => {
    const plan = await planOf({ installation: true })
    expect(plan).toMatch(/Index Scan Backward using audit_entries_pkey/)
    expect(plan).toMatch(/Index Cond: \(\(id >= .* AND \(id < /)
    expect(plan).not.toMatch(/Sort/)
  })
})
