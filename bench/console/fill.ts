import type { Target } from '../engines.ts'
import { run } from '../growth/fill.ts'
import { orderedId } from '../ordered-ids.ts'

/** What the organization `acme` has. */
export const CROWD = {
  robots: 10_000,
  repositories: 2_000,
  teams: 500,
  entries: 1_000_000,
  /** Of the entries; each has as many. */
  days: 30,
} as const

const series = (most: number) => `generate_series(1, ${most}) i`
const ACME = "(SELECT id FROM namespaces WHERE name = 'acme')"

/** Each robot has a secret, roles in five repositories and by a team; every other one an entry of federation. */
const ROBOTS = [
  `CREATE TEMP TABLE made AS SELECT gen_random_uuid() AS id, i FROM ${series(CROWD.robots)}`,
  `INSERT INTO robots (id, namespace_id, name, description, credential_id, created_at, labels, last_accessed_at, last_accessed_by, expires_at)
   SELECT id, ${ACME}, 'robot' || i, 'of service ' || i, id, now() - i * interval '5 minutes', ARRAY['team:' || i % 500],
          CASE WHEN i % 10 > 0 THEN now() - i % 120 * interval '1 day' END,
          CASE WHEN i % 10 > 0 THEN CASE i % 2 WHEN 0 THEN 'static' ELSE 'federated' END END,
          CASE WHEN i % 20 = 0 THEN now() + i % 100 * interval '1 day' END FROM made`,
  `INSERT INTO robot_secrets (id, robot_id, seal_key_id, sealed, digest, created_at, expires_at)
   SELECT id, id, 'other', '', '', now() - i * interval '5 minutes',
          CASE WHEN i % 3 = 0 THEN now() + i % 200 * interval '1 day' END FROM made`,
  `INSERT INTO federation_entry_rows (id, robot_id, position, issuer, subject, audiences, match_hash)
   SELECT gen_random_uuid(), id, 0, 'https://token.actions.githubusercontent.com',
          'repo:acme/service' || i || ':environment:production', '{}', sha256(id::text::bytea)
   FROM made WHERE i % 2 = 1`,
]

const TEAMS_AND_REPOSITORIES = [
  `INSERT INTO teams (id, organization_id, name, role, created_at)
   SELECT gen_random_uuid(), ${ACME}, 'team' || i, 'member', now() FROM ${series(CROWD.teams)}`,
  `CREATE TEMP TABLE of_teams AS SELECT id, name FROM teams WHERE organization_id = ${ACME}`,
  // One of them is large.
  `INSERT INTO team_members (id, team_id, robot_id)
   SELECT gen_random_uuid(), t.id, m.id FROM made m JOIN of_teams t ON t.name = 'team' || m.i % 500
   UNION ALL SELECT gen_random_uuid(), t.id, m.id FROM made m, of_teams t
   WHERE t.name = 'team1' AND m.i <= 2000 AND m.i % 500 <> 1`,
  `INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
   SELECT gen_random_uuid(), ${ACME}, 'repository' || i, 'private', now() FROM ${series(CROWD.repositories)}`,
  `CREATE TEMP TABLE of_repositories AS SELECT id, name FROM repositories WHERE namespace_id = ${ACME}`,
  `INSERT INTO repository_permissions (id, repository_id, role, robot_id)
   SELECT gen_random_uuid(), p.id, 'write', m.id FROM made m, generate_series(0, 4) j
   JOIN of_repositories p ON true WHERE p.name = 'repository' || ((m.i + j * 7) % 2000 + 1)`,
  `INSERT INTO repository_permissions (id, repository_id, role, team_id)
   SELECT gen_random_uuid(), p.id, 'read', t.id FROM of_repositories p, of_teams t WHERE t.name = 'team1'`,
]

/** As busy organizations have them: mostly log-ins, some refused; ids are made in the order of time. */
const LOG = [
  `INSERT INTO audit_entries (id, kind, namespace_id, namespace_name, performer_name, ip, metadata, created_at)
   SELECT ${orderedId('at', 'i::text')},
          kind, ${ACME}, 'acme', CASE WHEN kind <> 'login_failure' THEN 'acme+robot' || i % 10000 + 1 END, '192.0.2.7',
          CASE kind
            WHEN 'login_failure' THEN json_build_object('type', 'federation', 'kind', 'robot',
              'robot', 'acme+robot' || i % 10000 + 1, 'username', 'acme+robot' || i % 10000 + 1,
              'message', 'Token does not match robot', 'code', 'subject_mismatch', 'useragent', 'curl/8.5.0')
            WHEN 'federated_robot_token_exchange' THEN json_build_object('robot', 'robot' || i % 10000 + 1,
              'issuer', 'https://token.actions.githubusercontent.com',
              'subject', 'repo:acme/service' || i % 10000 + 1 || ':environment:production')
            WHEN 'login_success' THEN json_build_object('type', 'v2auth', 'kind', 'robot',
              'robot', 'acme+robot' || i % 10000 + 1, 'useragent', 'containers/5.29.2 (github.com/containers/image)')
            ELSE json_build_object('robot', 'robot' || i % 10000 + 1) END, at
   FROM (SELECT i, now() - i * (interval '${CROWD.days} days' / ${CROWD.entries}) AS at,
                CASE WHEN i % 50 = 0 THEN 'change_robot' WHEN i % 12 = 0 THEN 'login_failure'
                     WHEN i % 4 = 0 THEN 'federated_robot_token_exchange' ELSE 'login_success' END AS kind
         FROM ${series(CROWD.entries)}) entry`,
]

const END = ['DROP TABLE made, of_teams, of_repositories', 'VACUUM ANALYZE']

/** Fills the organization `acme` of a database that no server has open. */
export const fillOrganization = (target: Target): Promise<void> =>
  run(
    target,
    [...ROBOTS, ...TEAMS_AND_REPOSITORIES, ...LOG, ...END].map((sql) => [sql, []]),
  )
