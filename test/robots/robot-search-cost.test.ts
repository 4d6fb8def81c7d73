import { afterAll, beforeAll, expect, it } from 'vitest'
import { UNNAMED } from '../../src/db/types.ts'
import type { Client } from '../helpers/api.ts'
import { recordStatements, rowsReadBy } from '../helpers/plans.ts'
import { namespaceId, writeMany } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What a page of filtered or sorted robots reads, of 20,000 of one owner: few rows more than a page shows, be the filter
// one that few robots pass or one that most do.

const ROBOTS = 20_000
const PAGE = 50
/** Ten times a page in the order, and 200 robots that pass a filter, once by its index and once from there. */
const MOST = 10 * PAGE + 2 * 200
/** So many marks of each of two filters are counted, to find out which is the rarer one. */
const MOST_MARKS = MOST + 2 * 3000

/** Robots are written in parts, lest a busy machine takes too long for all at once. */
const PARTS = [0, 1, 2, 3]

const FILL = [
  `CREATE TEMP TABLE fill AS SELECT i, gen_random_uuid() AS id, gen_random_uuid() AS secret
   FROM generate_series(1, ${ROBOTS}) i`,
  `INSERT INTO robots (id, namespace_id, name, description, credential_id, created_at, enabled, labels, expires_at, last_accessed_at, last_accessed_by)
   SELECT id, $1::uuid, 'job-' || substr(md5(i::text), 1, 8) || '-' || i, CASE i % 2 WHEN 0 THEN 'builds' ELSE 'deploys' END || ' t' || 100 + i % 100,
          secret, now(), i % 200 > 0, ARRAY['env:' || i % 2, 'team:t' || i % 100],
          CASE WHEN i % 100 = 1 THEN now() + (i % 4000 - 2000) / 20.0 * interval '1 day' END,
          CASE WHEN i % 3 > 0 THEN now() - i / 100.0 * interval '1 day' END,
          CASE WHEN i % 100 = 1 THEN 'federated' END FROM fill WHERE i % ${PARTS.length} = $2::int`,
  `INSERT INTO robot_secrets (id, robot_id, seal_key_id, sealed, digest, created_at, expires_at)
   SELECT secret, id, 'k', '', '', now(), CASE WHEN i % 100 = 1 THEN now() + i % 7000 * interval '1 day' / 200
          WHEN i % 200 > 3 THEN now() + interval '400 days' END FROM fill`,
  `INSERT INTO federation_entry_rows (id, robot_id, position, issuer, subject, audiences, match_hash)
   SELECT secret, id, 0, 'i', 's', CASE WHEN i % 100 = 2 THEN '{}' ELSE ARRAY['a'] END, sha256(id::text::bytea) FROM fill WHERE i % 100 IN (1, 2)`,
]

const FILTERS = [
  ...[
    '',
    'q=builds',
    'q=t107',
    'q=none',
    'q=1',
    'q=job+none',
    'q=job+t107',
    'label=env:1',
    'label=team:t7',
    'label=team:none',
    'label=team:t7&label=env:1',
  ],
  ...['active', 'disabled', 'expired', 'expiring', 'unused'].map((state) => `state=${state}`),
  ...['secret_expiring', 'any_audience', 'needless_secret'].map((state) => `state=${state}`),
  ...['secret_against_policy', 'issuer_against_policy'].map((state) => `state=${state}`),
]
const SORTS = ['name', 'created', 'last_used', 'expires']

let stage: Stage
let clients: [string, Client][]

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.superusers('root')
  await stage.organization('acme')
  const id = await namespaceId(stage.db, 'acme')
  await writeMany(stage.db, async (tx) => {
    for (const text of FILL) {
      const parts = text.includes('$1') ? PARTS.map((part) => [id, part]) : [[]]
      for (const values of parts) await tx.$executeRawUnsafe(text, ...values)
    }
  })
  await stage.db.$executeRawUnsafe('ANALYZE')
  const alice = await stage.client('alice', 'org:admin')
  // Under which a secret without an end is one too long.
  const policy = { secret_max_lifetime: '500d', trusted_issuers: 'listed' }
  await alice.put('/api/v1/organization/acme/robot-policy', policy).expect(200)
  clients = [
    ['/api/v1/organization/acme/robots', alice],
    ['/api/v1/superuser/robots', await stage.client('root', 'super:user')],
  ]
}, 120_000)
afterAll(() => stage.close())

it.each(FILTERS.flatMap((filter) => SORTS.map((sort) => [filter, sort] as const)))(
  'a page reads little: %s sorted by %s',
  async (filter, sort) => {
    let asked = 0
    for (const [url, client] of clients) {
      const recorder = recordStatements()
      const query = `${filter}&sort=${sort}&token=false&limit=${PAGE}`
      await client.get(`${url}?${query}`).expect(200)
      const sent = recorder.stop().filter(({ text }) => /FROM robot(s r|_marks)/.test(text))
      asked += sent.length
      for (const statement of sent) {
        const { db } = stage
        expect(await rowsReadBy(db, ['robots'], statement), url).toBeLessThan(MOST)
        expect(await rowsReadBy(db, ['robot_marks'], statement), url).toBeLessThan(MOST_MARKS)
      }
    }
    expect(asked).toBeGreaterThan(0)
  },
)

const FULL = FILTERS.filter((filter) => !/none|&|\+|^q=1$|^$/.test(filter))

it.each(FULL)('a full page by name is one statement: %s', async (filter) => {
  const [[url, alice]] = clients as [[string, Client]]
  const recorder = recordStatements()
  const { body } = await alice.get(`${url}?${filter}&token=false&limit=${PAGE}`).expect(200)
  const names = recorder.stop().flatMap(({ name }) => name ?? [])
  expect(body.robots.length).toBeGreaterThan(10)
  // Those that are planned for their values have none; the upkeep of the service may have sent others.
  const ofList = names.filter((name) => name === UNNAMED || /^list_robots|_marks/.test(name))
  expect(ofList).toEqual([expect.stringMatching(/^list_robots/)])
})

it('of secrets against the policy finds all', async () => {
  const [[url, alice]] = clients as [[string, Client]]
  const { body } = await alice.get(`${url}?state=secret_against_policy&token=false`).expect(200)
  expect(body.robots).toHaveLength((ROBOTS / 200) * 3)
})
