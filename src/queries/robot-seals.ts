import type { Tx } from '../db/types.ts'
import { Prisma, type Robot } from '../generated/prisma/client.ts'
import { columnsOf } from './columns.ts'
import type { RobotCredential, RobotSeal } from './robots.ts'

const SEALED = ['id', 'name', 'tokenKeyId', 'tokenSealed'] as const

interface SealedRobot extends Pick<Robot, (typeof SEALED)[number]> {
  ownerId: string
  ownerName: string
}

/** Robots whose token another key sealed; locked until the transaction ends. `<` and `>` use an index, `<>` would not. */
export const listRobotsSealedOtherwise = (tx: Tx, keyId: string, limit: number) =>
  tx.$queryRaw<SealedRobot[]>(Prisma.sql`
    SELECT ${Prisma.raw(columnsOf(SEALED, 'r'))}, n.id AS "ownerId", n.name AS "ownerName"
    FROM robots r JOIN namespaces n ON n.id = r.namespace_id
    WHERE r.token_key_id < ${keyId} OR r.token_key_id > ${keyId}
    LIMIT ${limit} FOR UPDATE OF r`)

/** A new `credentialId` ends every token that came from the old credential. */
export const resealRobot = (
  tx: Tx,
  robot: Pick<SealedRobot, 'id'>,
  seal: RobotSeal | RobotCredential,
) => tx.robot.updateMany({ where: { id: robot.id }, data: seal })
