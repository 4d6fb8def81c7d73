import type { Grantee } from '../domain/grantee.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** A grantee that exists. */
export interface HeldGrantee {
  kind: Grantee['kind']
  id: string
}

/** The column that refers to a grantee, in the tables that have one for each kind. */
export const GRANTEE_COLUMN: Record<HeldGrantee['kind'], Prisma.Sql> = {
  user: Prisma.sql`user_id`,
  robot: Prisma.sql`robot_id`,
  team: Prisma.sql`team_id`,
}

/** Selects the id of a grantee in a namespace. */
export function selectGrantee({ kind, name }: Grantee, namespaceId: string): Prisma.Sql {
  switch (kind) {
    case 'user':
      return Prisma.sql`SELECT id FROM namespaces WHERE kind = 'user' AND name = ${name}`
    case 'robot':
      return Prisma.sql`SELECT id FROM robots WHERE namespace_id = ${namespaceId}::uuid AND name = ${name}`
    case 'team':
      return Prisma.sql`SELECT id FROM teams WHERE organization_id = ${namespaceId}::uuid AND name = ${name}`
  }
}
