import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { v7 } from 'uuid'
import { loadConfig } from '../../src/config/config.ts'
import { createKeyring } from '../../src/crypto/keyring.ts'
import { createPolicyOf } from '../../src/domain/robot-policy.ts'
import { createRobotSecrets } from '../../src/services/robots/robot-secrets.ts'
import type { Target } from '../engines.ts'
import { orderedId } from '../ordered-ids.ts'

type Query = (sql: string, values?: unknown[]) => Promise<unknown>

/** SQL and its values. */
export type Statement = [sql: string, values: unknown[]]

/** Runs statements on a database that no server has open. */
export async function run(target: Target, statements: Statement[]): Promise<void> {
  const { query, close } = await open(target)
  try {
    for (const statement of statements) await query(...statement)
  } finally {
    await close()
  }
}

/** An organization with robots that are measured; the service can show their tokens. */
export interface MeasuredOrganization {
  name: string
  robots: number
  /** Repositories that each robot has a role in. */
  grants: number
}

interface Filling {
  organizations: MeasuredOrganization[]
  /** In the whole database. */
  robots: number
  secretKey: string
  randomBytes: (size: number) => Buffer
}

/** Robots of an organization that nobody measures, and entries in the log about each of its robots. */
const OTHERS = 1000
const ENTRIES_EACH = 20

/** The static tokens of the first robot of each measured organization, by its name. */
export type Tokens = Map<string, string>

/** Fills the database, which no server has open and which holds the organizations already. */
export async function fill(target: Target, filling: Filling): Promise<Tokens> {
  const { query, close } = await open(target)
  try {
    // The rows are right; looking up each reference takes most of the time. It takes a superuser, and ends triggers, too.
    await query("SET session_replication_role = 'replica'").catch(() => undefined)
    const tokens: Tokens = new Map()
    for (const organization of filling.organizations) {
      tokens.set(organization.name, await fillMeasured(query, organization, filling))
    }
    const measured = filling.organizations.reduce((sum, { robots }) => sum + robots, 0)
    await fillOthers(query, filling.robots - measured)
    await query('VACUUM ANALYZE')
    return tokens
  } finally {
    await close()
  }
}

async function open({ env }: Target): Promise<{ query: Query; close: () => Promise<void> }> {
  if (env.DATABASE_URL === undefined) {
    const pglite = await PGlite.create(`${env.DATA_DIR}/pglite`)
    return { query: (sql, values) => pglite.query(sql, values), close: () => pglite.close() }
  }
  const client = new pg.Client(env.DATABASE_URL)
  await client.connect()
  return { query: (sql, values) => client.query(sql, values), close: () => client.end() }
}

/** @returns the token of `robot0` */
async function fillMeasured(query: Query, organization: MeasuredOrganization, filling: Filling) {
  const { name, robots, grants } = organization
  const secrets = createRobotSecrets({
    keyring: createKeyring(
      { current: Buffer.from(filling.secretKey, 'base64'), previous: [] },
      filling.randomBytes,
    ),
    newId: () => v7(),
    clock: () => new Date(),
    policyOf: createPolicyOf(loadConfig({}).policy),
    randomBytes: filling.randomBytes,
  })
  const rows = Array.from({ length: robots }, (_, index) => {
    const id = v7()
    const { token, secret } = secrets.issue(id, { robotPolicy: null }, { performer: {} })
    return { id, name: `robot${index}`, token, secret }
  })
  for (let from = 0; from < rows.length; from += 1000) {
    const some = rows.slice(from, from + 1000)
    await query(INSERT_ROBOTS, [
      ...[name, some.map(({ id }) => id), some.map(({ name }) => name)],
      ...[some.map(({ secret }) => secret.id), some.map(({ secret }) => secret.sealKeyId)],
      some.map(({ secret }) => `\\x${Buffer.from(secret.sealed).toString('hex')}`),
      some.map(({ secret }) => `\\x${Buffer.from(secret.digest).toString('hex')}`),
    ])
  }
  await query(INSERT_REPOSITORIES, [name, grants])
  await query(GRANT_ALL, [name])
  await query(JOIN_TEAM, [name])
  return rows[0]?.token ?? ''
}

const INSERT_ROBOTS = `
  WITH given AS (
    SELECT * FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[])
                  AS r (id, name, credential, key, sealed, digest)
  ), secrets AS (
    INSERT INTO robot_secrets (id, robot_id, namespace_id, robot_name, seal_key_id, sealed, digest, created_at)
    SELECT credential, r.id, n.id, r.name, key, sealed::bytea, digest::bytea, now()
    FROM given r, namespaces n WHERE n.name = $1
  )
  INSERT INTO robots (id, namespace_id, name, created_at, credential_id)
  SELECT r.id, n.id, r.name, now(), r.credential FROM given r, namespaces n WHERE n.name = $1`

const INSERT_REPOSITORIES = `
  INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
  SELECT gen_random_uuid(), n.id, 'repository' || i, 'private', now()
  FROM namespaces n, generate_series(0, $2::int - 1) i WHERE n.name = $1`

const GRANT_ALL = `
  INSERT INTO repository_permissions (id, repository_id, namespace_id, repository_name, robot_id, role)
  SELECT gen_random_uuid(), p.id, p.namespace_id, p.name, r.id, 'write'
  FROM namespaces n JOIN repositories p ON p.namespace_id = n.id
  JOIN robots r ON r.namespace_id = n.id WHERE n.name = $1`

const JOIN_TEAM = `
  INSERT INTO team_members (id, team_id, robot_id)
  SELECT gen_random_uuid(), t.id, r.id FROM namespaces n
  JOIN teams t ON t.organization_id = n.id AND t.name = 'robots'
  JOIN robots r ON r.namespace_id = n.id WHERE n.name = $1`

/** In organizations of a thousand, each with a role, a team, a federation entry, a mark and entries in the log. */
async function fillOthers(query: Query, robots: number) {
  if (robots <= 0) return
  await query(
    `INSERT INTO namespaces (id, name, kind, created_at)
     SELECT gen_random_uuid(), 'other' || i, 'organization', now()
     FROM generate_series(0, ($1::int - 1) / $2::int) i`,
    [robots, OTHERS],
  )
  await query(
    `WITH robot AS (
       INSERT INTO robots (id, namespace_id, name, created_at, credential_id)
       SELECT gen_random_uuid(), n.id, 'robot' || i, now(), gen_random_uuid()
       FROM generate_series(0, $1::int - 1) i JOIN namespaces n ON n.name = 'other' || i / $2::int
       RETURNING id, namespace_id, name, credential_id
     )
     INSERT INTO robot_secrets (id, robot_id, namespace_id, robot_name, seal_key_id, sealed, digest, created_at)
     SELECT credential_id, id, namespace_id, name, 'other', decode(repeat('00', 93), 'hex'),
            decode(repeat('00', 32), 'hex'), now()
     FROM robot`,
    [robots, OTHERS],
  )
  for (const sql of OTHERS_BELONGINGS) await query(sql)
}

const OF_OTHERS = "FROM namespaces n WHERE n.name LIKE 'other%'"
const ROBOTS_OF_OTHERS =
  "FROM namespaces n JOIN robots r ON r.namespace_id = n.id WHERE n.name LIKE 'other%'"

/** An entry of each robot, so many days ago. */
function entriesOf(days: number) {
  const at = `(now() - interval '${days} days')`
  return `
    INSERT INTO audit_entries (id, kind, namespace_id, namespace_name, metadata, created_at)
    SELECT ${orderedId(at, 'r.id::text')}, 'create_robot', n.id, n.name,
           json_build_object('robot', n.name || '+' || r.name), ${at} ${ROBOTS_OF_OTHERS}`
}

const OTHERS_BELONGINGS = [
  `INSERT INTO teams (id, organization_id, name, role, created_at)
   SELECT gen_random_uuid(), n.id, 'robots', 'member', now() ${OF_OTHERS}`,
  `INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
   SELECT gen_random_uuid(), n.id, 'repository0', 'private', now() ${OF_OTHERS}`,
  `INSERT INTO team_members (id, team_id, robot_id)
   SELECT gen_random_uuid(), t.id, r.id
   FROM namespaces n JOIN robots r ON r.namespace_id = n.id JOIN teams t ON t.organization_id = n.id
   WHERE n.name LIKE 'other%'`,
  `INSERT INTO repository_permissions (id, repository_id, namespace_id, repository_name, robot_id, role)
   SELECT gen_random_uuid(), p.id, p.namespace_id, p.name, r.id, 'read'
   FROM namespaces n JOIN robots r ON r.namespace_id = n.id
   JOIN repositories p ON p.namespace_id = n.id WHERE n.name LIKE 'other%'`,
  `INSERT INTO federation_entry_rows (id, robot_id, position, issuer, subject, audiences, match_hash)
   SELECT gen_random_uuid(), r.id, 0, 'https://issuer.example', r.id::text, '{}',
          sha256(r.id::text::bytea) ${ROBOTS_OF_OTHERS}`,
  `INSERT INTO robot_marks (robot_id, namespace_id, name, mark)
   SELECT r.id, r.namespace_id, r.name, 'word:' || r.name ${ROBOTS_OF_OTHERS}`,
  ...Array.from({ length: ENTRIES_EACH }, (_, index) => entriesOf(ENTRIES_EACH - index)),
]
