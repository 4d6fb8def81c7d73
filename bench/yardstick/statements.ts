/** What the service asks of the database for the measured operations, word for word (test/bench/same-sql.test.ts). */

export const FIND_TOKEN = {
  name: 'find_token',
  text: `
    SELECT t.id, t.scopes, t.created_at AS "createdAt", t.expires_at AS "expiresAt",
           t.last_accessed_at AS "lastAccessedAt", a.scopes AS "applicationScopes",
           h.id AS "holderId", h.name AS "holderName", h.enabled AS "holderEnabled",
           u.id AS "userId", u.name AS username, u.superuser, a.id AS "applicationId",
           a.client_id AS "clientId", a.name AS "applicationName", o.id AS "organizationId"
    FROM oauth_tokens t LEFT JOIN namespaces u ON u.id = t.user_id
    LEFT JOIN oauth_applications a ON a.id = t.application_id
    LEFT JOIN namespaces o ON o.id = a.namespace_id
    JOIN namespaces h ON h.id = coalesce(t.user_id, a.namespace_id)
    WHERE t.digest = $1 AND (t.application_id IS NULL OR o.id IS NOT NULL)`,
}

export const TOUCH_TOKEN = {
  name: 'touch_token',
  text: `
    UPDATE oauth_tokens SET last_accessed_at = $2
    WHERE id = $1::uuid AND last_accessed_at IS NOT DISTINCT FROM $3`,
}

export const FIND_ORGANIZATION = {
  name: 'find_organization',
  text: `
    SELECT n.id, n.name, n.kind::text AS kind, n.email, n.enabled,
           ARRAY(SELECT t.role::text FROM teams t JOIN team_members m ON m.team_id = t.id
                 WHERE t.organization_id = n.id AND m.user_id = $2::uuid) AS roles
    FROM namespaces n WHERE n.name = $1`,
}

const ROBOT = `id, name, description, token_key_id AS "tokenKeyId", token_sealed AS "tokenSealed",
           created_at AS "createdAt", last_accessed_at AS "lastAccessedAt"`

export const FIND_ROBOT = {
  name: 'find_robot',
  text: `
    SELECT ${ROBOT}, unstructured_metadata AS "unstructuredMetadata"
    FROM robots WHERE namespace_id = $1::uuid AND name = $2`,
}

export const LIST_ROBOTS = {
  name: 'list_robots',
  text: `
    SELECT r.id, r.name, r.description, r.token_key_id AS "tokenKeyId",
           r.token_sealed AS "tokenSealed", r.created_at AS "createdAt",
           r.last_accessed_at AS "lastAccessedAt",
           ARRAY(SELECT t.name FROM (SELECT team_id FROM team_members WHERE robot_id = r.id LIMIT 101) m
                 JOIN teams t ON t.id = m.team_id ORDER BY t.name) AS teams,
           ARRAY(SELECT g.repository_name FROM repository_permissions g
                 WHERE g.robot_id = r.id AND g.namespace_id = r.namespace_id
                 ORDER BY g.repository_name LIMIT 101) AS repositories
    FROM robots r WHERE r.namespace_id = $1::uuid AND r.name > $2
    ORDER BY r.name LIMIT $3::bigint`,
}

const ENTRY = `id, kind, namespace_id, namespace_name, repository_id, performer_id, performer_name,
      token_id, ip, metadata, created_at`

export const CREATE_ROBOT = {
  name: 'create_robot',
  text: `
    WITH changed AS (INSERT INTO robots (id, namespace_id, name, description, unstructured_metadata, created_at,
                                         credential_id, token_key_id, token_sealed, token_digest)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id),
    entry AS (INSERT INTO audit_entries (${ENTRY})
      SELECT $11::uuid, $12::text, $13::uuid, $14::text, $15::uuid, $16::uuid, $17::text, $18::uuid,
             $19::text, $20::json, $21::timestamptz FROM changed)
    SELECT * FROM changed`,
}

export const FIND_ROBOT_ID = {
  name: 'find_robot_id',
  text: 'SELECT id FROM robots WHERE namespace_id = $1::uuid AND name = $2',
}

export const REGENERATE_ROBOT = {
  name: 'regenerate_robot',
  text: `
    WITH changed AS (UPDATE robots SET credential_id = $2, token_key_id = $3, token_sealed = $4, token_digest = $5
      WHERE id = $1 RETURNING ${ROBOT}),
    entry AS (INSERT INTO audit_entries (${ENTRY})
      SELECT $6::uuid, $7::text, $8::uuid, $9::text, $10::uuid, $11::uuid, $12::text, $13::uuid,
             $14::text, $15::json, $16::timestamptz FROM changed)
    SELECT * FROM changed`,
}

const LOGIN = `
    SELECT r.id, r.name, r.credential_id AS "credentialId", r.token_key_id AS "tokenKeyId",
           r.token_digest AS "tokenDigest", r.last_accessed_at AS "lastAccessedAt",
           n.id AS "ownerId", n.name AS "ownerName", n.enabled AS "ownerEnabled"
    FROM robots r JOIN namespaces n ON n.id = r.namespace_id`

export const FIND_LOGIN = {
  name: 'find_login',
  text: `${LOGIN} WHERE n.name = $1 AND r.name = $2`,
}

export const FIND_LOGIN_BY_ID = {
  name: 'find_login_by_id',
  text: `${LOGIN} WHERE r.id = $1::uuid`,
}

export const TOUCH_ROBOT = {
  name: 'touch_robot',
  text: `
    UPDATE robots SET last_accessed_at = $2
    WHERE id = $1::uuid AND last_accessed_at IS NOT DISTINCT FROM $3`,
}

export const FIND_ROLES = {
  name: 'find_roles',
  text: `
    SELECT p.id, n.id AS "namespaceId", n.name AS namespace, p.name AS repository,
           p.visibility = 'public' AS "isPublic", ARRAY(
      SELECT g.role::text FROM repository_permissions g
      WHERE g.repository_id = p.id AND g.robot_id = $3::uuid
      UNION ALL
      SELECT g.role::text FROM repository_permissions g JOIN team_members m ON m.team_id = g.team_id
      WHERE g.repository_id = p.id AND m.robot_id = $3::uuid
      UNION ALL
      SELECT 'admin' FROM team_members m
      WHERE m.robot_id = $3::uuid
        AND (SELECT t.organization_id = n.id AND t.role = 'admin' FROM teams t WHERE t.id = m.team_id)
      UNION ALL
      SELECT 'admin' WHERE n.id = $3::uuid) AS roles
    FROM unnest((SELECT $1::text[]), (SELECT $2::text[])) AS wanted (namespace, repository)
    JOIN namespaces n ON n.name = wanted.namespace AND n.enabled
    CROSS JOIN LATERAL (SELECT id, name, visibility FROM repositories
                        WHERE namespace_id = n.id AND name = wanted.repository LIMIT 1) p`,
}

export const LIST_FEDERATION = {
  name: 'list_federation',
  text: `
    SELECT id, version, issuer, subject, audiences, description FROM federation_entries
    WHERE robot_id = $1::uuid ORDER BY position`,
}

export const HAS_FEDERATION = {
  name: 'has_federation',
  text: `
    SELECT id FROM federation_entries
    WHERE id = $1::uuid AND robot_id = $2::uuid AND version = $3::int`,
}

export const RECORD_EXCHANGE = {
  name: 'record_exchange',
  text: `
    INSERT INTO audit_entries (${ENTRY})
    VALUES ($1::uuid, $2::text, $3::uuid, $4::text, $5::uuid, $6::uuid, $7::text, $8::uuid,
            $9::text, $10::json, $11::timestamptz)`,
}
