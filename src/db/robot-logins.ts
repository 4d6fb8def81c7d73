import { Prisma } from '../generated/prisma/client.ts'
import type { DbOrTx } from './client.ts'

/** What a robot's log-in is checked against. */
export interface RobotLogin {
  id: string
  name: string
  credentialId: string
  tokenKeyId: string
  tokenDigest: Uint8Array<ArrayBuffer>
  lastAccessedAt: Date | null
  ownerId: string
  ownerName: string
  ownerEnabled: boolean
}

export const findRobotLogin = async (
  db: DbOrTx,
  ownerName: string,
  name: string,
): Promise<RobotLogin | undefined> => {
  const rows = await db.$queryRaw<RobotLogin[]>(Prisma.sql`
    SELECT r.id, r.name, r.credential_id AS "credentialId", r.token_key_id AS "tokenKeyId",
           r.token_digest AS "tokenDigest", r.last_accessed_at AS "lastAccessedAt",
           n.id AS "ownerId", n.name AS "ownerName", n.enabled AS "ownerEnabled"
    FROM robots r JOIN namespaces n ON n.id = r.namespace_id
    WHERE n.name = ${ownerName} AND r.name = ${name}`)
  return rows[0]
}

export const touchRobot = (db: DbOrTx, id: string, at: Date) =>
  db.robot.updateMany({ where: { id }, data: { lastAccessedAt: at } })

export const hasFederationEntry = async (db: DbOrTx, robotId: string, entryId: string) =>
  (await db.federationEntry.findUnique({
    where: { id: entryId, robotId },
    select: { id: true },
  })) !== null
