import { expect, test } from 'vitest'
import { namespaceId, writeMany } from '../helpers/rows.ts'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

/** As much as an organization may have whose administrators still expect each page at once. */
const CROWD = { robots: 10_000, repositories: 2_000, teams: 500, entries: 50_000 }

/** Bytes of an answer, before it is compressed. */
const MOST = 200_000

const visit = visitor({}, async (stage) => {
  await stage.superusers('alice')
  await stage.organization('acme')
  const id = await namespaceId(stage.db, 'acme')
  const series = (most: number) => `generate_series(1, ${most}) i`
  const statements = [
    `CREATE TEMP TABLE made AS SELECT gen_random_uuid() AS id, i FROM ${series(CROWD.robots)}`,
    `INSERT INTO robots (id, namespace_id, name, description, credential_id, created_at, labels)
     SELECT id, '${id}', 'robot' || i, 'of service ' || i, id, now(), ARRAY['team:' || i % 500] FROM made`,
    `INSERT INTO robot_secrets (id, robot_id, seal_key_id, sealed, digest, created_at)
     SELECT id, id, 'k', '', '', now() FROM made`,
    `INSERT INTO teams (id, organization_id, name, role, created_at)
     SELECT gen_random_uuid(), '${id}', 'team' || i, 'member', now() FROM ${series(CROWD.teams)}`,
    `CREATE TEMP TABLE of_teams AS SELECT id, name FROM teams WHERE organization_id = '${id}'`,
    `INSERT INTO team_members (id, team_id, robot_id)
     SELECT gen_random_uuid(), t.id, m.id FROM made m JOIN of_teams t ON t.name = 'team' || m.i % 500
     UNION ALL SELECT gen_random_uuid(), t.id, m.id FROM made m, of_teams t
     WHERE t.name = 'team1' AND m.i <= 2000 AND m.i % 500 <> 1`,
    `INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
     SELECT gen_random_uuid(), '${id}', 'repository' || i, 'private', now() FROM ${series(CROWD.repositories)}`,
    `CREATE TEMP TABLE of_repositories AS SELECT id, name FROM repositories WHERE namespace_id = '${id}'`,
    `INSERT INTO repository_permissions (id, repository_id, role, robot_id)
     SELECT gen_random_uuid(), p.id, 'write', m.id FROM made m
     JOIN of_repositories p ON p.name = 'repository' || (m.i % 2000 + 1)`,
    `INSERT INTO repository_permissions (id, repository_id, role, team_id)
     SELECT gen_random_uuid(), p.id, 'read', t.id FROM of_repositories p, of_teams t WHERE t.name = 'team1'`,
    // An entry every ten minutes, of each robot one.
    `INSERT INTO audit_entries (id, namespace_id, namespace_name, kind, performer_name, metadata, created_at)
     SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 3)
             || '8' || substr(md5(i::text), 4, 15))::uuid,
            '${id}', 'acme', 'login_success', 'acme+robot' || i % ${CROWD.robots},
            json_build_object('type', 'v2auth', 'robot', 'robot' || i % ${CROWD.robots}), at
     FROM (SELECT i, now() - i * interval '10 minutes' AS at FROM ${series(CROWD.entries)}) entry`,
    'DROP TABLE made, of_teams, of_repositories',
  ]
  await writeMany(stage.db, async (tx) => {
    for (const statement of statements) await tx.$executeRawUnsafe(statement)
  })
  await stage.db.$executeRawUnsafe('ANALYZE')
})

/** Address, and words of its first content. */
const SCREENS: [path: string, first: RegExp][] = [
  ['/', /acme/],
  ['/orgs/acme/robots', /^robot1$/],
  ['/orgs/acme/robots?sort=created', /^robot/],
  ['/orgs/acme/robots/robot1', /Describe it/],
  ['/orgs/acme/robots/robot1/credentials', /newest/],
  ['/orgs/acme/robots/robot1/federation', /No jobs let in yet/],
  ['/orgs/acme/robots/robot1/access', /read by team team1/],
  ['/orgs/acme/robots/robot1/activity', /logged in to the registry/],
  ['/orgs/acme/new-robot', /Make the robot/],
  ['/orgs/acme/access', /^team1$/],
  ['/orgs/acme/access?kind=robot', /^acme\+robot1$/],
  ['/orgs/acme/access?repository=repository1&role=write', /^acme\+robot2000$/],
  ['/orgs/acme/repositories', /^repository1$/],
  ['/orgs/acme/repositories/repository1', /read by team team1/],
  ['/orgs/acme/teams', /^team1$/],
  ['/orgs/acme/teams/team1', /Take out acme\+robot1$/],
  ['/orgs/acme/default-permissions', /There are none/],
  ['/orgs/acme/audit', /logged in to the registry/],
  ['/orgs/acme/audit?robot=robot9', /logged in to the registry/],
  ['/audit?starttime=2026-01-01', /logged in to the registry/],
  ['/admin/users', /^alice$/],
  ['/admin/organizations', /^acme$/],
  ['/robots', /^acme\+robot1$/],
]

test('each page shows its first content in a large organization, and none asks for much', async () => {
  const { page } = visit
  const sizes: Record<string, number> = {}
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url())
    if (!pathname.startsWith('/api/')) return
    sizes[pathname] = (await response.body().catch(() => Buffer.alloc(0))).length
  })
  await visit.open('/')
  for (const [path, first] of SCREENS) {
    await page.goto(path)
    await page
      .locator('#page')
      .getByText(first)
      .or(page.locator('#page').getByRole('button', { name: first }))
      .first()
      .waitFor()
  }
  await page.goto('/orgs/acme/robots')
  await page.getByText('Last use of all robots').click()
  const used = page.getByRole('region', { name: 'Robots by last use' })
  await used.getByRole('row', { name: 'never 10,000' }).waitFor()
  const secrets = page.getByRole('region', { name: 'Secrets by age' })
  await secrets.getByRole('row', { name: 'in the last 7 days 10,000' }).waitFor()
  expect(Object.keys(sizes)).toContain('/api/v1/organization/acme/robot-ages')
  expect(Object.keys(sizes).length).toBeGreaterThan(10)
  expect(Object.entries(sizes).filter(([, size]) => size > MOST)).toEqual([])
  await expectAccessible(page)
})
