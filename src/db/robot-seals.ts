import { Prisma } from '../generated/prisma/client.ts'
import type { Tx } from './client.ts'
import type { RobotCredential } from './robots.ts'

export interface SealedRobot {
  id: string
  tokenKeyId: string
  tokenSealed: Uint8Array<ArrayBuffer>
}

/** Robots whose token another key sealed; held until the transaction ends. */
export const listRobotsSealedOtherwise = (tx: Tx, keyId: string, limit: number) =>
  tx.$queryRaw<SealedRobot[]>(Prisma.sql`
    SELECT id, token_key_id AS "tokenKeyId", token_sealed AS "tokenSealed" FROM robots
    WHERE token_key_id < ${keyId} OR token_key_id > ${keyId} LIMIT ${limit} FOR UPDATE`)

/** With a new credential, everything that came from the old one dies. */
export const resealRobot = (
  tx: Tx,
  robot: SealedRobot,
  seal: Omit<RobotCredential, 'credentialId'> | RobotCredential,
) => tx.robot.updateMany({ where: { id: robot.id }, data: seal })
