import type { Tx } from '../db/types.ts'
import type { PolicyDocument } from '../domain/robot-policy.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** What an organization has decided about its robots; null: nothing. */
export async function findRobotPolicy(tx: Tx, organizationId: string) {
  const found = await tx.namespace.findUnique({
    where: { id: organizationId },
    select: { robotPolicy: true },
  })
  return (found?.robotPolicy ?? null) as PolicyDocument | null
}

export const updateRobotPolicy = (tx: Tx, organizationId: string, document: PolicyDocument) =>
  tx.namespace.update({
    where: { id: organizationId },
    data: {
      robotPolicy:
        Object.keys(document).length > 0 ? (document as Prisma.InputJsonObject) : Prisma.DbNull,
    },
    select: { id: true },
  })
