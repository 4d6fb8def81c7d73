import type { Tx } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { deleteExternalLogins } from './external-logins.ts'
import { retireRepositories } from './retired-names.ts'
import { deleteSessions } from './sessions.ts'

/**
 * Deletes a user or an organization for everybody who looks (the view `namespaces`). Its row stays for `clearRemains`,
 * without name and secrets, as other rows refer to it. A user's memberships in organizations of others are deleted at
 * once, since lists there would show them, and so are sessions.
 */
export async function deleteAccount(tx: Tx, id: string, at: Date) {
  await tx.teamMember.deleteMany({ where: { userId: id } })
  await deleteSessions(tx, id)
  await deleteExternalLogins(tx, id)
  await tx.defaultPermission.deleteMany({
    where: { OR: [{ userId: id }, { activatingUserId: id }] },
  })
  // For ever: the clocks of the servers that made its repositories may differ.
  await tx.$executeRaw(Prisma.sql`
    UPDATE former_names f SET until = 'infinity' FROM namespace_rows n
    WHERE n.id = ${id}::uuid AND f.namespace_id = n.id AND f.name = n.name`)
  await tx.namespace.updateMany({
    where: { id },
    data: {
      name: `-${id}`,
      email: null,
      emailKey: null,
      passwordHash: null,
      superuser: false,
      enabled: false,
      creatorId: null,
      deletedAt: at,
    },
  })
}

/** Most rows that one statement deletes, and most rows whose dependents one statement looks for. */
interface Batch {
  rows: number
  parents: number
}

/** Rows that belong to a namespace, and those that belong to them in any number. All others are deleted with these. */
const PARTS = [
  {
    table: 'repositories',
    column: 'namespace_id',
    dependents: [{ table: 'repository_permissions', column: 'repository_id' }],
  },
  {
    table: 'robots',
    column: 'namespace_id',
    dependents: [{ table: 'repository_permissions', column: 'robot_id' }],
  },
  {
    table: 'teams',
    column: 'organization_id',
    dependents: [
      { table: 'repository_permissions', column: 'team_id' },
      { table: 'team_members', column: 'team_id' },
    ],
  },
  {
    table: 'oauth_applications',
    column: 'namespace_id',
    dependents: [{ table: 'oauth_tokens', column: 'application_id' }],
  },
  {
    table: 'webhooks',
    column: 'organization_id',
    dependents: [{ table: 'webhook_deliveries', column: 'webhook_id' }],
  },
  { table: 'default_permissions', column: 'organization_id', dependents: [] },
  { table: 'repository_permissions', column: 'user_id', dependents: [] },
  { table: 'oauth_tokens', column: 'user_id', dependents: [] },
  { table: 'app_tokens', column: 'user_id', dependents: [] },
]

/**
 * Deletes some of the rows that belong to the account which was deleted first, and, with the last of them, its own row.
 * Leaves out accounts that another server is at.
 *
 * @returns whether there may be more to do
 */
export async function clearRemains(tx: Tx, batch: Batch): Promise<boolean> {
  const [account] = await tx.$queryRaw<{ id: string; at: Date }[]>(Prisma.sql`
    SELECT id, deleted_at AS at FROM namespace_rows WHERE deleted_at IS NOT NULL
    ORDER BY deleted_at LIMIT 1 FOR UPDATE SKIP LOCKED`)
  if (!account) return false
  for (const part of PARTS) {
    if (!(await clearPart(tx, account, part, batch))) return true
  }
  await tx.formerName.deleteMany({ where: { namespaceId: account.id } })
  await tx.namespace.deleteMany({ where: { id: account.id } })
  return true
}

/** @returns whether nothing is left of it */
async function clearPart(
  tx: Tx,
  { id: namespaceId, at }: { id: string; at: Date },
  { table, column, dependents }: (typeof PARTS)[number],
  batch: Batch,
): Promise<boolean> {
  const limit = dependents.length > 0 ? batch.parents : batch.rows
  const found = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT id FROM ${Prisma.raw(table)} WHERE ${Prisma.raw(column)} = ${namespaceId}::uuid LIMIT ${limit}`)
  if (found.length === 0) return true
  const ids = found.map(({ id }) => id)
  for (const dependent of dependents) {
    const deleted = await tx.$executeRaw(Prisma.sql`
      DELETE FROM ${Prisma.raw(dependent.table)} WHERE id = ANY(ARRAY(
        SELECT id FROM ${Prisma.raw(dependent.table)}
        WHERE ${Prisma.raw(dependent.column)} = ANY(${ids}::uuid[]) LIMIT ${batch.rows}))`)
    if (deleted >= batch.rows) return false
  }
  if (table === 'repositories') await retireRepositories(tx, { namespaceId, ids, at })
  await tx.$executeRaw(Prisma.sql`DELETE FROM ${Prisma.raw(table)} WHERE id = ANY(${ids}::uuid[])`)
  return found.length < limit
}
