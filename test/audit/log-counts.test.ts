import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { namespaceId } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const ACME = '/api/v1/organization/acme'

let stage: Stage
let token: string
let root: string

/** Moments around midnights, and how far the time in the id of an entry is from its own, in ms. */
const ENTRIES: [at: string, apart: number, kind: string, metadata?: object][] = [
  ['2020-03-01T00:00:00.000Z', -59_999, 'create_robot'],
  ['2020-03-01T12:00:00.000Z', 0, 'create_robot'],
  ['2020-03-01T12:00:00.001Z', 0, 'login_failure', { code: 'subject_mismatch' }],
  ['2020-03-01T23:59:59.999Z', 59_999, 'login_failure', { type: 'v2auth' }],
  ['2020-03-01T23:59:59.999Z', 1, 'login_success'],
  ['2020-03-02T00:00:00.000Z', -1, 'login_success'],
  ['2020-03-02T00:00:30.000Z', 0, 'login_success'],
  ['2020-03-02T00:01:00.000Z', 0, 'login_success'],
  ['2020-03-02T23:59:00.000Z', 0, 'login_success'],
  ['2020-03-05T06:00:00.000Z', 30_000, 'issuer_failure', { fault: 'tls' }],
  ['2020-03-05T23:59:59.999Z', 0, 'delete_robot'],
]

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.superusers('root')
  await stage.organization('acme')
  token = await stage.token('alice', ['org:admin'])
  root = await stage.token('root', ['super:user'])
  const namespace = { namespaceId: await namespaceId(stage.db, 'acme'), namespaceName: 'acme' }
  await stage.db.auditEntry.createMany({
    data: ENTRIES.map(([at, apart, kind, metadata = {}]) => {
      const createdAt = new Date(at)
      const id = v7({ msecs: createdAt.getTime() + apart })
      return { ...namespace, id, kind, metadata, createdAt }
    }),
  })
})
afterAll(() => stage.close())

/** `day kind reason: count` of each. */
async function counted(query: string, path = ACME): Promise<string[]> {
  const { body } = await stage.api
    .as(path === ACME ? token : root)
    .get(`${path}/aggregatelogs?details=true&${query}`)
    .expect(200)
  type Count = { kind: string; reason: string | null; count: number; datetime: string }
  return body.aggregated.map(({ kind, reason, count, datetime }: Count) =>
    [new Date(datetime).toISOString().slice(0, 10), kind, reason ?? '', count].join(' '),
  )
}

/** The same, of the entries that a period has. */
function expected(from: string, to: string, kind?: string): string[] {
  const counts = new Map<string, number>()
  for (const [at, , of, { code, type, fault } = {} as Record<string, string>] of ENTRIES as [
    string,
    number,
    string,
    Record<string, string>?,
  ][]) {
    if (at < from || at >= to || (kind !== undefined && kind !== of)) continue
    const key = [at.slice(0, 10), of, code ?? type ?? fault ?? ''].join(' ')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts].map(([key, count]) => `${key} ${count}`).sort()
}

it.each([
  ['2020-03-01T00:00:00.000Z', '2020-03-06T00:00:00.000Z'],
  ['2020-03-01T00:00:00.001Z', '2020-03-05T23:59:59.999Z'],
  ['2020-03-01T23:59:00.000Z', '2020-03-02T00:01:00.000Z'],
  ['2020-03-01T23:59:59.999Z', '2020-03-02T00:00:00.000Z'],
  ['2020-03-02T00:00:00.000Z', '2020-03-02T00:00:00.001Z'],
  ['2020-03-02T00:00:30.000Z', '2020-03-02T00:00:30.000Z'],
  ['2020-03-03T00:00:00.000Z', '2020-03-05T00:00:00.000Z'],
  ['2020-03-01T00:00:00.000Z', '2020-03-05T06:00:00.001Z'],
])('counts each entry once, on its own day: from %s to %s', async (from, to) => {
  const period = `starttime=${from}&endtime=${to}`
  expect(await counted(period)).toEqual(expected(from, to))
  expect(await counted(period, '/api/v1/superuser')).toEqual(expected(from, to))
  const kind = 'login_success'
  expect(await counted(`${period}&kind=${kind}`)).toEqual(expected(from, to, kind))
})

it('counts the same over so many days that each entry is read, and where there is none', async () => {
  const all = await counted('starttime=0001-01-01')
  const { length } = expected('2020', '2021')
  expect(all.slice(0, length)).toEqual(expected('2020', '2021'))
  expect(all.slice(length).join()).toContain('org_create')
  expect(await counted('starttime=2015-01-01&endtime=2016-01-01')).toEqual([])
})
