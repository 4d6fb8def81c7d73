/**
 * Locks of rows until the transaction ends. `lock…` is for one transaction at a time: others that ask for the same wait.
 * `hold…` is shared: rows may change, but neither be deleted nor get another key, so that new rows can refer to them.
 * Statements that lock and change rows at once are not here.
 */

import type { Tx } from '../db/types.ts'
import type { UserActor } from '../domain/actor.ts'
import type { Grantee } from '../domain/grantee.ts'
import { isId } from '../domain/ids.ts'
import { isName } from '../domain/names.ts'
import { isClientId } from '../domain/oauth-client.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { type HeldGrantee, selectGrantee } from './grantees.ts'
import { type MemberCandidate, selectMemberCandidate } from './organization-members.ts'
import type { UserRow } from './users.ts'
import type { WebhookOwnerId, WebhookSeal } from './webhooks.ts'

/**
 * Keeps off changes of its teams or settings, and its deletion; new rows may refer to it meanwhile (`FOR NO KEY UPDATE`).
 *
 * @returns whether there is such an organization
 */
export async function lockOrganization(tx: Tx, id: string) {
  // Not by the index of kinds: without statistics PostgreSQL may read all organizations in it.
  const rows = await tx.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM namespaces WHERE id = ${id}::uuid AND kind::text = 'organization' FOR NO KEY UPDATE`)
  return rows.length > 0
}

/** The same lock, for renaming and deleting it. */
export async function lockOrganizationNamed(tx: Tx, name: string) {
  if (!isName(name)) return undefined
  const rows = await tx.$queryRaw<{ id: string; name: string; email: string | null }[]>(Prisma.sql`
    SELECT id, name, email FROM namespaces
    WHERE name = ${name} AND kind = 'organization' FOR NO KEY UPDATE`)
  return rows[0]
}

/** Locks the organizations that a user administers, so that of two administrators who leave at once the second must stay. */
export const lockAdministered = (tx: Tx, userId: string) =>
  tx.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM namespaces WHERE id IN (
      SELECT t.organization_id FROM teams t JOIN team_members m ON m.team_id = t.id
      WHERE m.user_id = ${userId}::uuid AND t.role = 'admin')
    ORDER BY id FOR NO KEY UPDATE`)

/** Keeps off others who count what a user has; new rows may refer to the user meanwhile (`FOR NO KEY UPDATE`). */
export const lockUser = (tx: Tx, id: string) =>
  tx.$queryRaw(Prisma.sql`SELECT id FROM namespaces WHERE id = ${id}::uuid FOR NO KEY UPDATE`)

/** Keeps off changes, and new rows that refer to the user: for changing or deleting the user (`FOR UPDATE`). */
export async function lockUserNamed(tx: Tx, name: string): Promise<UserRow | undefined> {
  if (!isName(name)) return undefined
  const rows = await tx.$queryRaw<UserRow[]>(Prisma.sql`
    SELECT id, name, email, superuser, enabled FROM namespaces
    WHERE name = ${name} AND kind = 'user' FOR UPDATE`)
  return rows[0]
}

/** Keeps off changes and new tokens (`FOR UPDATE`): what is read of the application afterwards stays so. */
export async function lockApplication(tx: Tx, clientId: string) {
  if (!isClientId(clientId)) return
  await tx.$queryRaw(Prisma.sql`
    SELECT id FROM oauth_applications WHERE client_id = ${clientId} FOR UPDATE`)
}

/** Keeps off other changes of it, and of its federation entries, which would mix with this one (`FOR UPDATE`). @returns the robot's id */
export async function lockRobot(tx: Tx, namespaceId: string, name: string) {
  if (!isName(name)) return undefined
  const [robot] = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT id FROM robots WHERE namespace_id = ${namespaceId}::uuid AND name = ${name} FOR UPDATE`)
  return robot?.id
}

/** Keeps off other changes of it, and its deletion; new deliveries may refer to it meanwhile (`FOR NO KEY UPDATE`). */
export async function lockWebhook(tx: Tx, organizationId: WebhookOwnerId, id: string) {
  if (!isId(id)) return undefined
  const [webhook] = await tx.$queryRaw<(WebhookSeal & { id: string })[]>(Prisma.sql`
    SELECT id, secret_key_id AS "secretKeyId", secret_sealed AS "secretSealed" FROM webhooks
    WHERE id = ${id}::uuid AND organization_id IS NOT DISTINCT FROM ${organizationId}::uuid
    FOR NO KEY UPDATE`)
  return webhook
}

/** Finds and holds who gets a role. */
export async function holdGrantee(
  tx: Tx,
  grantee: Grantee,
  namespaceId: string,
): Promise<HeldGrantee | undefined> {
  const id = await holdId(tx, selectGrantee(grantee, namespaceId))
  return id === undefined ? undefined : { kind: grantee.kind, id }
}

/** Finds and holds who joins a team; a robot's owner is not held. */
export async function holdMemberCandidate(
  tx: Tx,
  name: string,
): Promise<MemberCandidate | undefined> {
  const query = selectMemberCandidate(name)
  if (!query) return undefined
  const rows = await tx.$queryRaw<MemberCandidate[]>(Prisma.sql`${query} FOR KEY SHARE OF member`)
  return rows[0]
}

/** @returns whether the account still exists */
export const holdAccount = async (tx: Tx, id: string) =>
  (await holdId(tx, Prisma.sql`SELECT id FROM namespaces WHERE id = ${id}::uuid`)) !== undefined

/** @returns whether the repository still exists */
export const holdRepository = async (tx: Tx, id: string) =>
  (await holdId(tx, Prisma.sql`SELECT id FROM repositories WHERE id = ${id}::uuid`)) !== undefined

/** Those of a namespace with these names that there are, held in one order. */
export const holdRepositories = (tx: Tx, namespaceId: string, names: string[]) =>
  tx.$queryRaw<{ id: string; name: string }[]>(Prisma.sql`
    SELECT id, name FROM repositories
    WHERE namespace_id = ${namespaceId}::uuid AND name = ANY(${names}::text[])
    ORDER BY id FOR KEY SHARE`)

/** Keeps the token or the session of a user from being ended. @returns whether there still is one */
export async function holdCredential(tx: Tx, { token, session }: UserActor) {
  const held = token
    ? Prisma.sql`SELECT id FROM oauth_tokens WHERE id = ${token.id}::uuid`
    : Prisma.sql`SELECT id FROM sessions WHERE id = ${session.id}::uuid`
  return (await holdId(tx, held)) !== undefined
}

async function holdId(tx: Tx, query: Prisma.Sql): Promise<string | undefined> {
  const rows = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`${query} FOR KEY SHARE`)
  return rows[0]?.id
}
