import type { Db } from '../../src/db/types.ts'
import { writeMany } from '../helpers/rows.ts'

/** Names that no other row has, so that looking for one finds one. */
const statementsFor = (rows: number, series = `FROM generate_series(1, ${rows}) i`) => [
  `INSERT INTO namespaces (id, name, kind, email, created_at)
   SELECT gen_random_uuid(), 'crowd' || i, CASE i % 2 WHEN 0 THEN 'user' ELSE 'organization' END::namespace_kind,
          'crowd' || i || '@example.com', now() ${series}`,
  "CREATE TEMP TABLE crowd AS SELECT id, name, row_number() OVER (ORDER BY id) AS i FROM namespaces WHERE name LIKE 'crowd%'",
  `INSERT INTO robots (id, namespace_id, name, credential_id, created_at, enabled, labels, expires_at, next_notice_at, last_accessed_at, last_accessed_by)
   SELECT c.id, c.id, 'robot', c.id, now(), i % 100 > 0, ARRAY['team:' || i, 'env:' || i % 2],
          CASE WHEN i % 50 = 0 THEN now() + (i % 400 - 100) * interval '1 day' END,
          CASE WHEN i % 50 = 0 THEN now() + (i % 400 - 130) * interval '1 day' END,
          CASE WHEN i % 100 > 0 THEN now() - i % 80 * interval '1 day' END,
          CASE WHEN i % 100 = 1 THEN 'federated' END FROM crowd c`,
  `INSERT INTO robot_secrets (id, robot_id, seal_key_id, sealed, digest, created_at, expires_at, next_notice_at)
   SELECT c.id, c.id, 'k', '', '', now(), CASE WHEN i % 50 = 0 THEN now() + i % 400 * interval '1 day' END,
          CASE WHEN i % 50 = 0 THEN now() + (i % 400 - 30) * interval '1 day' END FROM crowd c`,
  `INSERT INTO robot_api_tokens (id, robot_id, name, code, digest, scopes, created_at, expires_at, creator_id)
   SELECT c.id, c.id, 'ci', c.name, '', '{}', now(), now(), c.id FROM crowd c`,
  `INSERT INTO federation_entry_rows (id, robot_id, position, issuer, subject, audiences, match_hash)
   SELECT c.id, c.id, 0, 'i', 's', CASE WHEN i % 50 > 0 THEN ARRAY['a'] ELSE '{}' END, sha256(c.name::bytea) FROM crowd c`,
  `INSERT INTO issuer_records (id, organization_id, name, issuer, jwks, keys_added, created_at, changed_at)
   SELECT c.id, c.id, 'cluster', 'i', '{}', '{}', now(), now() FROM crowd c`,
  `INSERT INTO webhooks (id, organization_id, url, events, secret_key_id, secret_sealed, not_before, created_at)
   SELECT c.id, c.id, 'https://hooks.example.com', '{}', 'k', '', now(), now() FROM crowd c`,
  `INSERT INTO webhook_deliveries (id, webhook_id, event_id, type, payload, created_at, retry_until)
   SELECT c.id, c.id, c.id, 'robot.disabled', '{}', now(), now() FROM crowd c`,
  `INSERT INTO teams (id, organization_id, name, role, created_at)
   SELECT c.id, c.id, 'crowd', 'member', now() FROM crowd c`,
  `INSERT INTO team_members (id, team_id, user_id)
   SELECT gen_random_uuid(), c.id, d.id FROM crowd c JOIN crowd d ON d.i = c.i % ${Math.floor(rows / 3)} + 1`,
  `INSERT INTO team_members (id, team_id, robot_id)
   SELECT gen_random_uuid(), c.id, d.id FROM crowd c JOIN crowd d ON d.i = c.i % ${Math.floor(rows / 3)} + 1`,
  `INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
   SELECT c.id, c.id, 'web', 'private', now() FROM crowd c`,
  `INSERT INTO repository_permissions (id, repository_id, role, user_id)
   SELECT gen_random_uuid(), c.id, 'read', d.id FROM crowd c JOIN crowd d ON d.i = c.i % ${Math.floor(rows / 3)} + 1`,
  `INSERT INTO repository_permissions (id, repository_id, role, robot_id)
   SELECT gen_random_uuid(), c.id, 'read', d.id FROM crowd c JOIN crowd d ON d.i = c.i % ${Math.floor(rows / 3)} + 1`,
  `INSERT INTO repository_permissions (id, repository_id, role, team_id)
   SELECT gen_random_uuid(), c.id, 'read', d.id FROM crowd c JOIN crowd d ON d.i = c.i % ${Math.floor(rows / 3)} + 1`,
  `INSERT INTO default_permissions (id, organization_id, role, user_id)
   SELECT gen_random_uuid(), c.id, 'read', c.id FROM crowd c`,
  `INSERT INTO oauth_applications (id, namespace_id, client_id, name, created_at)
   SELECT c.id, c.id, c.name, c.name, now() FROM crowd c`,
  `INSERT INTO oauth_tokens (id, user_id, application_id, digest, scopes, created_at, expires_at)
   SELECT gen_random_uuid(), c.id, c.id, sha256(c.name::bytea), '{}', now(), now() FROM crowd c`,
  `INSERT INTO app_tokens (id, user_id, title, digest, seal_key_id, sealed, created_at)
   SELECT gen_random_uuid(), c.id, 'laptop', sha256(c.name::bytea), 'k', '', now() FROM crowd c`,
  `INSERT INTO sessions (id, user_id, digest, superuser, created_at, expires_at, last_accessed_at)
   SELECT c.id, c.id, sha256(c.name::bytea), false, now(), now(), now() + i * interval '1 second' FROM crowd c`,
  `INSERT INTO external_logins (digest, user_id, issuer, subject, created_at)
   SELECT sha256(c.name::bytea), c.id, 'i', c.name, now() FROM crowd c`,
  `INSERT INTO retired_names (name, retired_at, released_at)
   SELECT 'gone' || i, now(), CASE i % 2 WHEN 0 THEN now() END ${series}`,
  `INSERT INTO former_names (namespace_id, name, until) SELECT c.id, 'old' || c.name, now() FROM crowd c`,
  // Long ago: a log is asked for some days.
  `INSERT INTO audit_entries (id, kind, namespace_id, repository_id, metadata, created_at)
   SELECT ('0170' || substr(c.id::text, 5))::uuid, 'create_robot', c.id, c.id, '{}',
          '2021-01-01'::timestamptz FROM crowd c`,
  'DROP TABLE crowd',
]

/** Fills the tables, so that the planner has reason to use an index, and tells it of them. */
export async function crowd(db: Db, rows: number): Promise<void> {
  await writeMany(db, async (tx) => {
    for (const statement of statementsFor(rows)) await tx.$executeRawUnsafe(statement)
  })
  await db.$executeRawUnsafe('ANALYZE')
}
