import type { Tx } from '../db/types.ts'
import { Prisma } from '../generated/prisma/client.ts'
import type { RobotCredential } from './robots.ts'

interface SealedRobot {
  id: string
  name: string
  ownerId: string
  ownerName: string
  tokenKeyId: string
  tokenSealed: Uint8Array<ArrayBuffer>
}

/** Robots whose token another key sealed; locked until the transaction ends. `<` and `>` use an index, `<>` would not. */
export const listRobotsSealedOtherwise = (tx: Tx, keyId: string, limit: number) =>
  tx.$queryRaw<SealedRobot[]>(Prisma.sql`
    SELECT r.id, r.name, n.id AS "ownerId", n.name AS "ownerName",
      r.token_key_id AS "tokenKeyId", r.token_sealed AS "tokenSealed"
    FROM robots r JOIN namespaces n ON n.id = r.namespace_id
    WHERE r.token_key_id < ${keyId} OR r.token_key_id > ${keyId}
    LIMIT ${limit} FOR UPDATE OF r`)

/** A new `credentialId` ends every token that came from the old credential. */
export const resealRobot = (
  tx: Tx,
  robot: Pick<SealedRobot, 'id'>,
  seal: Omit<RobotCredential, 'credentialId'> | RobotCredential,
) => tx.robot.updateMany({ where: { id: robot.id }, data: seal })
