import type { DbOrTx, Tx } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'

type Digest = Uint8Array<ArrayBuffer>

/** A user whom a provider knows. */
export interface LinkedUser {
  id: string
  name: string
  enabled: boolean
  superuser: boolean
}

/** @param digest of issuer and subject */
export async function findLinkedUser(db: DbOrTx, digest: Digest): Promise<LinkedUser | undefined> {
  const rows = await db.$queryRaw<LinkedUser[]>(Prisma.sql`
    SELECT u.id, u.name, u.enabled, u.superuser
    FROM external_logins l JOIN namespaces u ON u.id = l.user_id WHERE l.digest = ${digest}`)
  return rows[0]
}

export const insertExternalLogin = (
  tx: Tx,
  login: { digest: Digest; userId: string; issuer: string; subject: string; createdAt: Date },
) => tx.externalLogin.create({ data: login, select: { digest: true } })

/** @returns whether the user was linked so */
export const deleteExternalLogin = async (tx: Tx, userId: string, digest: Digest) =>
  (await tx.externalLogin.deleteMany({ where: { userId, digest } })).count > 0

export const deleteExternalLogins = (tx: Tx, userId: string) =>
  tx.externalLogin.deleteMany({ where: { userId } })

/** Which of the teams there are, and whether the user is in each. */
export const findTeamMemberships = (
  db: DbOrTx,
  userId: string,
  teams: readonly { organization: string; team: string }[],
) =>
  db.$queryRaw<{ organizationId: string; organization: string; team: string; isMember: boolean }[]>(
    Prisma.sql`
    SELECT o.id AS "organizationId", o.name AS organization, t.name AS team, EXISTS (
      SELECT FROM team_members m WHERE m.team_id = t.id AND m.user_id = ${userId}::uuid) AS "isMember"
    FROM unnest(${teams.map(({ organization }) => organization)}::text[],
                ${teams.map(({ team }) => team)}::text[]) AS wanted (organization, team)
    CROSS JOIN LATERAL (SELECT id, name FROM namespaces
                        WHERE name = wanted.organization AND kind = 'organization' LIMIT 1) o
    JOIN teams t ON t.organization_id = o.id AND t.name = wanted.team`,
  )
