import type { DbOrTx, Tx } from '../db/types.ts'
import { isId } from '../domain/ids.ts'
import type { WebhookEventType } from '../domain/webhook-events.ts'
import { Prisma } from '../generated/prisma/client.ts'

/** A target that is told of events. */
export interface WebhookRow {
  id: string
  url: string
  events: WebhookEventType[]
  description: string
  enabled: boolean
  /** Until when the secret before signs, too; null where there is none. */
  previousUntil: Date | null
  createdAt: Date
}

/** How the secrets are kept: `services/webhooks/webhook-secrets.ts`. */
export interface WebhookSeal {
  secretKeyId: string
  secretSealed: Uint8Array<ArrayBuffer>
}

/** The organization's id; null: the installation. */
export type WebhookOwnerId = string | null

const FIELDS = {
  id: true,
  url: true,
  events: true,
  description: true,
  enabled: true,
  previousUntil: true,
  createdAt: true,
} satisfies Prisma.WebhookSelect

/** In the order of their creation. */
export const listWebhooks = (db: DbOrTx, organizationId: WebhookOwnerId) =>
  db.webhook.findMany({
    where: { organizationId },
    orderBy: { id: 'asc' },
    select: FIELDS,
  }) as Promise<WebhookRow[]>

export const countWebhooks = (db: DbOrTx, organizationId: WebhookOwnerId) =>
  db.webhook.count({ where: { organizationId } })

export const findWebhook = async (db: DbOrTx, organizationId: WebhookOwnerId, id: string) =>
  isId(id)
    ? ((await db.webhook.findFirst({
        where: { id, organizationId },
        select: FIELDS,
      })) as WebhookRow | null)
    : null

export const insertWebhook = (tx: Tx, webhook: Prisma.WebhookUncheckedCreateInput) =>
  tx.webhook.create({ data: webhook, select: FIELDS }) as Promise<WebhookRow>

export const updateWebhook = (tx: Tx, id: string, changes: Prisma.WebhookUncheckedUpdateInput) =>
  tx.webhook.update({ where: { id }, data: changes, select: FIELDS }) as Promise<WebhookRow>

export const deleteWebhook = (tx: Tx, id: string) => tx.webhook.deleteMany({ where: { id } })

interface SealedWebhook extends WebhookSeal {
  id: string
  ownerId: string | null
  ownerName: string | null
}

/** Webhooks whose secrets another key sealed; locked until the transaction ends. */
export const listWebhooksSealedOtherwise = (tx: Tx, keyId: string, limit: number) =>
  tx.$queryRaw<SealedWebhook[]>(Prisma.sql`
    SELECT w.id, w.secret_key_id AS "secretKeyId", w.secret_sealed AS "secretSealed",
           n.id AS "ownerId", n.name AS "ownerName"
    FROM webhooks w LEFT JOIN namespaces n ON n.id = w.organization_id
    WHERE w.secret_key_id < ${keyId} OR w.secret_key_id > ${keyId}
    LIMIT ${limit} FOR UPDATE OF w`)
