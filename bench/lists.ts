import type { Engine } from './engines.ts'
import { run, type Statement } from './growth/fill.ts'
import type { Loader } from './processes.ts'
import type { Settings } from './servers.ts'
import { type Weighed, type WeighOptions, weighBesideFirst } from './weigh.ts'
import { bearerCall, createAccounts } from './world.ts'

const ROBOTS = 100_000
const PAGE = 100
const OWNER = 'vast'
/** Most times a page without filter. */
const TARGET = 1.3

/** Rows of one owner: words, labels and states that few robots have, and that many have, all over their names. */
const FILL = [
  `CREATE TABLE fill AS SELECT i, gen_random_uuid() AS id, gen_random_uuid() AS secret FROM generate_series(1, ${ROBOTS}) i`,
  `INSERT INTO robots (id, namespace_id, name, description, credential_id, created_at, enabled, labels, expires_at,
                       last_accessed_at, last_accessed_by)
   SELECT f.id, n.id, 'job-' || substr(md5(i::text), 1, 8) || '-' || i,
          CASE i % 2 WHEN 0 THEN 'builds' ELSE 'deploys' END || ' t' || 100 + i % 100, secret, now(), i % 200 > 0,
          ARRAY['env:' || i % 2, 'team:t' || i % 100, 'rare:' || i % 2000],
          CASE WHEN i % 20 = 1 THEN now() + (i % 4000 - 2000) / 20.0 * interval '1 day' END,
          CASE WHEN i % 3 > 0 THEN now() - i % 20000 / 100.0 * interval '1 day' END,
          CASE WHEN i % 20 = 1 THEN 'federated' END
   FROM fill f, namespaces n WHERE n.name = '${OWNER}'`,
  `INSERT INTO robot_secrets (id, robot_id, seal_key_id, sealed, digest, created_at, expires_at)
   SELECT secret, id, 'k', '', '', now(), CASE WHEN i % 100 = 1 THEN now() + i % 7000 * interval '1 day' / 200
          WHEN i % 200 > 3 THEN now() + interval '400 days' END FROM fill`,
  `INSERT INTO federation_entry_rows (id, robot_id, position, issuer, subject, audiences, match_hash)
   SELECT secret, id, 0, 'https://issuer' || i % 5 || '.example', 's', CASE WHEN i % 40 = 2 THEN '{}' ELSE ARRAY['a'] END,
          sha256(id::text::bytea) FROM fill WHERE i % 20 IN (1, 2)`,
  'DROP TABLE fill',
  'VACUUM ANALYZE',
].map((sql): Statement => [sql, []])

/** Under which a secret without an end is one too long, and no issuer is trusted. */
const POLICY = { secret_max_lifetime: '500d', trusted_issuers: 'listed' }

const FILTERS = [
  '',
  ...['q=builds', 'q=t107', 'q=job', 'q=none', 'label=env:1', 'label=team:t7', 'label=rare:7'],
  ...['active', 'disabled', 'expired', 'expiring', 'unused'].map((state) => `state=${state}`),
  ...['secret_expiring', 'any_audience', 'needless_secret'].map((state) => `state=${state}`),
  ...['secret_against_policy', 'issuer_against_policy'].map((state) => `state=${state}`),
]

/** Measures the first page of an owner's robots by each filter, right after the page without one. */
export async function weighLists(
  engine: Engine,
  settings: Settings,
  { loader, track }: { loader: Loader; track: (stop: () => unknown) => void },
  options: WeighOptions,
): Promise<Weighed[]> {
  const target = await engine.create()
  const first = await settings.startService(target)
  const url = first.url
  const apiToken = await createAccounts(url, [OWNER])
  await bearerCall(url, apiToken)('PUT', `/api/v1/organization/${OWNER}/robot-policy`, POLICY)
  await first.stop()
  await run(target, FILL)
  const server = await settings.startService(target)
  track(server.stop)
  const kinds = FILTERS.map((filter) => ({
    name: filter || 'no filter',
    target: TARGET,
    request: {
      method: 'GET',
      path: `/api/v1/organization/${OWNER}/robots?token=false&limit=${PAGE}${filter && `&${filter}`}`,
      headers: { authorization: `Bearer ${apiToken}` },
    },
  }))
  return weighBesideFirst(kinds, { loader, server }, options)
}
