/** What the service asks of the database for the measured operations. */

export const FIND_TOKEN = {
  name: 'find_token',
  text: `
    SELECT t.id, t.scopes, t.expires_at, t.last_accessed_at, h.enabled,
           u.id AS user_id, u.name AS username, u.superuser,
           a.id AS application_id, a.client_id, a.name AS application, a.scopes AS application_scopes
    FROM oauth_tokens t LEFT JOIN namespaces u ON u.id = t.user_id
    LEFT JOIN oauth_applications a ON a.id = t.application_id
    LEFT JOIN namespaces o ON o.id = a.namespace_id
    JOIN namespaces h ON h.id = coalesce(t.user_id, a.namespace_id)
    WHERE t.digest = $1`,
}

export const TOUCH_TOKEN = {
  name: 'touch_token',
  text: 'UPDATE oauth_tokens SET last_accessed_at = $2 WHERE id = $1',
}

export const FIND_ORGANIZATION = {
  name: 'find_organization',
  text: `
    SELECT n.id, n.name, n.kind::text AS kind, n.enabled,
           ARRAY(SELECT t.role::text FROM teams t JOIN team_members m ON m.team_id = t.id
                 WHERE t.organization_id = n.id AND m.user_id = $2) AS roles
    FROM namespaces n WHERE n.name = $1`,
}

export const FIND_ROBOT = {
  name: 'find_robot',
  text: `
    SELECT id, name, description, unstructured_metadata, token_sealed, created_at, last_accessed_at
    FROM robots WHERE namespace_id = $1 AND name = $2`,
}

export const LIST_ROBOTS = {
  name: 'list_robots',
  text: `
    SELECT r.id, r.name, r.description, r.token_sealed, r.created_at, r.last_accessed_at,
           ARRAY(SELECT t.name FROM team_members m JOIN teams t ON t.id = m.team_id
                 WHERE m.robot_id = r.id ORDER BY t.name) AS teams,
           ARRAY(SELECT p.name FROM repository_permissions g JOIN repositories p ON p.id = g.repository_id
                 WHERE g.robot_id = r.id ORDER BY p.name) AS repositories
    FROM robots r WHERE r.namespace_id = $1 ORDER BY r.name`,
}

export const CREATE_ROBOT = {
  name: 'create_robot',
  text: `
    WITH robot AS (
      INSERT INTO robots (id, namespace_id, name, description, unstructured_metadata, credential_id,
                          token_key_id, token_sealed, token_digest, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))
    INSERT INTO audit_entries (id, kind, namespace_id, namespace_name, performer_id, performer_name,
                               token_id, ip, metadata, created_at)
    VALUES ($11, 'create_robot', $2, $12, $13, $14, $15, $16, $17, $10)`,
}

export const FIND_ROBOT_ID = {
  name: 'find_robot_id',
  text: 'SELECT id FROM robots WHERE namespace_id = $1 AND name = $2',
}

export const REGENERATE_ROBOT = {
  name: 'regenerate_robot',
  text: `
    WITH robot AS (
      UPDATE robots SET credential_id = $2, token_key_id = $3, token_sealed = $4, token_digest = $5
      WHERE id = $1 RETURNING id, name, description, created_at, last_accessed_at),
    entry AS (
      INSERT INTO audit_entries (id, kind, namespace_id, namespace_name, performer_id, performer_name,
                                 token_id, ip, metadata, created_at)
      SELECT $6, 'regenerate_robot_token', $7, $8, $9, $10, $11, $12, $13, $14 FROM robot)
    SELECT * FROM robot`,
}

export const FIND_LOGIN = {
  name: 'find_login',
  text: `
    SELECT r.id, r.name, r.credential_id, r.token_key_id, r.token_digest, r.last_accessed_at,
           n.id AS owner_id, n.name AS owner, n.enabled
    FROM robots r JOIN namespaces n ON n.id = r.namespace_id
    WHERE n.name = $1 AND r.name = $2`,
}

export const TOUCH_ROBOT = {
  name: 'touch_robot',
  text: 'UPDATE robots SET last_accessed_at = $2 WHERE id = $1',
}

export const FIND_ROLES = {
  name: 'find_roles',
  text: `
    SELECT p.id, n.name AS namespace, p.name AS repository, p.visibility = 'public' AS is_public,
      ARRAY(
        SELECT g.role::text FROM repository_permissions g
        WHERE g.repository_id = p.id AND g.robot_id = $3
        UNION ALL
        SELECT g.role::text FROM repository_permissions g JOIN team_members m ON m.team_id = g.team_id
        WHERE g.repository_id = p.id AND m.robot_id = $3
        UNION ALL
        SELECT 'admin' FROM team_members m JOIN teams t ON t.id = m.team_id
        WHERE t.organization_id = n.id AND t.role = 'admin' AND m.robot_id = $3
        UNION ALL
        SELECT 'admin' WHERE n.id = $3) AS roles
    FROM repositories p JOIN namespaces n ON n.id = p.namespace_id
    WHERE n.enabled AND n.name = $1 AND p.name = $2`,
}

export const LIST_FEDERATION = {
  name: 'list_federation',
  text: `
    SELECT id, issuer, subject, audiences FROM federation_entries
    WHERE robot_id = $1 ORDER BY position`,
}

export const HAS_FEDERATION = {
  name: 'has_federation',
  text: 'SELECT id FROM federation_entries WHERE id = $1 AND robot_id = $2',
}

export const RECORD_EXCHANGE = {
  name: 'record_exchange',
  text: `
    INSERT INTO audit_entries (id, kind, namespace_id, namespace_name, performer_id, performer_name,
                               ip, metadata, created_at)
    VALUES ($1, 'federated_robot_token_exchange', $2, $3, $4, $5, $6, $7, $8)`,
}
