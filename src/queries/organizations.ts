import type { DbOrTx, Tx } from '../db/types.ts'
import { emailKeyOf } from '../domain/email-rules.ts'
import type { NameSearch } from '../domain/name-sort.ts'
import type { OrganizationRole } from '../domain/organization-roles.ts'
import type { Slice } from '../domain/page.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { beforeAll, SQL_SORTS } from './name-order.ts'

interface Membership {
  id: string
  name: string
  email: string | null
  roles: OrganizationRole[]
}

/** The organizations in which a user is in a team, by name. */
export const listMemberships = (db: DbOrTx, userId: string) =>
  db.$queryRaw<Membership[]>(Prisma.sql`
    SELECT n.id, n.name, n.email, array_agg(t.role::text) AS roles
    FROM team_members m JOIN teams t ON t.id = m.team_id JOIN namespaces n ON n.id = t.organization_id
    WHERE m.user_id = ${userId}::uuid GROUP BY n.id, n.name, n.email ORDER BY n.name`)

/** Organizations that have a text in their names, by name. */
export function listOrganizations(
  db: DbOrTx,
  { text, sort, after = beforeAll(sort), limit }: Slice & NameSearch,
) {
  const { after: beyond, direction } = SQL_SORTS[sort]
  return db.$queryRaw<{ id: string; name: string; email: string | null }[]>(Prisma.sql`
    SELECT id, name, email FROM namespaces
    WHERE kind = 'organization' AND name ${Prisma.raw(beyond)} ${after} AND strpos(name, ${text}) > 0
    ORDER BY name ${Prisma.raw(direction)} LIMIT ${limit}`)
}

/** What an administrator may set. */
export interface OrganizationSettings {
  email: string | null
  invoiceEmail: boolean
  invoiceEmailAddress: string | null
  tagExpirationS: number
}

export const findOrganizationSettings = (
  db: DbOrTx,
  id: string,
): Promise<OrganizationSettings | null> =>
  db.namespace.findUnique({
    where: { id, kind: 'organization' },
    select: {
      email: true,
      invoiceEmail: true,
      invoiceEmailAddress: true,
      tagExpirationS: true,
    },
  })

export const updateOrganization = (
  tx: Tx,
  id: string,
  changes: Partial<OrganizationSettings & { name: string }>,
) =>
  tx.namespace.update({
    where: { id },
    data: { ...changes, ...emailKeyOf(changes) },
    select: { id: true },
  })
