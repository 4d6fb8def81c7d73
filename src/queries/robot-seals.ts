import type { Tx } from '../db/types.ts'
import type { PolicyHolder } from '../domain/robot-policy.ts'
import { Prisma, type RobotSecret } from '../generated/prisma/client.ts'
import { columnsOf } from './columns.ts'
import type { SecretSeal } from './robot-secrets.ts'

const SEALED = ['id', 'robotId', 'sealKeyId', 'sealed'] as const

interface SealedSecret extends Pick<RobotSecret, (typeof SEALED)[number]>, PolicyHolder {
  robotName: string
  ownerId: string
  ownerName: string
}

/**
 * Secrets of robots that another key sealed; their robots are locked until the transaction ends. `<` and `>` use an index,
 * `<>` would not.
 */
export const listSecretsSealedOtherwise = (tx: Tx, keyId: string, limit: number) =>
  tx.$queryRaw<SealedSecret[]>(Prisma.sql`
    SELECT ${Prisma.raw(columnsOf(SEALED, 's'))}, r.name AS "robotName", n.id AS "ownerId", n.name AS "ownerName",
           n.robot_policy AS "robotPolicy"
    FROM robot_secrets s JOIN robots r ON r.id = s.robot_id JOIN namespaces n ON n.id = r.namespace_id
    WHERE s.seal_key_id < ${keyId} OR s.seal_key_id > ${keyId}
    LIMIT ${limit} FOR UPDATE OF r`)

export const resealSecret = (tx: Tx, id: string, seal: SecretSeal) =>
  tx.robotSecret.updateMany({ where: { id }, data: seal })

/** Puts another secret in the place of one, which ends every token that came from that. */
export async function replaceSecret(tx: Tx, id: string, secret: SecretSeal & { id: string }) {
  await tx.robotSecret.updateMany({ where: { id }, data: secret })
  await tx.robot.updateMany({ where: { credentialId: id }, data: { credentialId: secret.id } })
}
