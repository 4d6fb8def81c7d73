import type { Keyring } from '../../crypto/keyring.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { listAppTokensSealedOtherwise, resealAppToken } from '../../queries/app-tokens.ts'
import { deleteOwnApplicationTokens } from '../../queries/application-tokens.ts'
import { listApplicationsSealedOtherwise, updateApplication } from '../../queries/applications.ts'
import {
  listSecretsSealedOtherwise,
  replaceSecret,
  resealSecret,
} from '../../queries/robot-seals.ts'
import { listWebhooksSealedOtherwise, updateWebhook } from '../../queries/webhooks.ts'
import type { AppTokenSecrets } from '../applications/app-token-secrets.ts'
import type { ClientSecrets } from '../applications/client-secrets.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { RobotSecrets } from '../robots/robot-secrets.ts'
import type { WebhookSecrets } from '../webhooks/webhook-secrets.ts'

/** How many rows are sealed anew in one transaction. */
const BATCH = 200

export interface SealRenewalDeps {
  db: Db
  keyring: Keyring
  secrets: RobotSecrets
  clientSecrets: ClientSecrets
  appTokenSecrets: AppTokenSecrets
  webhookSecrets: WebhookSecrets
  audit: AuditLog
}

/** A table with a sealed secret in each row. */
interface SealedTable<Row> {
  list(tx: Tx, keyId: string, limit: number): Promise<Row[]>
  keyId(row: Row): string | null
  /** Seals the same secret with the current key. @throws {UnknownKeyError} */
  reseal(tx: Tx, row: Row): Promise<unknown>
  /** Puts a new secret in its place, and writes that to the owner's log. */
  replace(tx: Tx, row: Row, performer: Performer): Promise<unknown>
}

/** Who replaces secrets that no key of the ring opens; undefined: nobody, they are an UnknownKeyError. */
type Lost = { replacedBy: Performer } | undefined

type RenewBatch = (lost: Lost) => Promise<{ renewed: number; replaced: number }>

/**
 * Seals the secrets of all tables with the current secret key.
 *
 * @returns how many secrets were kept, and how many replaced
 */
export function createSealRenewal(deps: SealRenewalDeps) {
  const batches = batchesOf(deps)

  return async (lost?: Lost) => {
    const total = { resealed: 0, replaced: 0 }
    for (const renewBatch of batches) {
      for (;;) {
        const { renewed, replaced } = await renewBatch(lost)
        if (renewed === 0) break
        total.resealed += renewed - replaced
        total.replaced += replaced
      }
    }
    return total
  }
}

function batchesOf(deps: SealRenewalDeps): RenewBatch[] {
  const { secrets, clientSecrets, appTokenSecrets, webhookSecrets, audit } = deps
  return [
    batchOf(deps, {
      list: listSecretsSealedOtherwise,
      keyId: (secret) => secret.sealKeyId,
      reseal: (tx, secret) => resealSecret(tx, secret.id, secrets.reseal(secret.robotId, secret)),
      async replace(tx, { id, robotId, ...robot }, performer) {
        await replaceSecret(tx, id, secrets.issue(robotId, robot, { performer }).secret)
        await audit.record(tx, {
          kind: 'regenerate_robot_token',
          namespace: { id: robot.ownerId, name: robot.ownerName },
          performer,
          metadata: { robot: robot.robotName },
        })
      },
    }),
    batchOf(deps, {
      list: listApplicationsSealedOtherwise,
      keyId: (application) => application.secretKeyId,
      reseal: (tx, one) => updateApplication(tx, one.id, clientSecrets.reseal(one)),
      async replace(tx, { id, name, clientId, ...owner }, performer) {
        await updateApplication(tx, id, clientSecrets.issue(id))
        await deleteOwnApplicationTokens(tx, id, 'all')
        await audit.record(tx, {
          kind: 'reset_application_client_secret',
          namespace: { id: owner.ownerId, name: owner.ownerName },
          performer,
          metadata: { application_name: name, client_id: clientId },
        })
      },
    }),
    batchOf(deps, {
      list: listAppTokensSealedOtherwise,
      keyId: (token) => token.sealKeyId,
      reseal: (tx, token) => resealAppToken(tx, token.id, appTokenSecrets.reseal(token)),
      replace: (tx, { id }) => resealAppToken(tx, id, appTokenSecrets.issue(id).columns),
    }),
    batchOf(deps, {
      list: listWebhooksSealedOtherwise,
      keyId: (webhook) => webhook.secretKeyId,
      reseal: (tx, webhook) => updateWebhook(tx, webhook.id, webhookSecrets.reseal(webhook)),
      async replace(tx, { id, ownerId, ownerName }, performer) {
        const { columns } = webhookSecrets.issue(id)
        await updateWebhook(tx, id, { ...columns, previousUntil: null })
        await audit.record(tx, {
          kind: 'rotate_webhook_secret',
          namespace:
            ownerId !== null && ownerName !== null ? { id: ownerId, name: ownerName } : undefined,
          performer,
          metadata: { webhook: id },
        })
      },
    }),
  ]
}

const batchOf =
  <Row>({ db, keyring }: SealRenewalDeps, table: SealedTable<Row>): RenewBatch =>
  (lost) =>
    withTransaction(db, async (tx) => {
      const rows = await table.list(tx, keyring.currentKeyId, BATCH)
      let replaced = 0
      for (const row of rows) {
        if (lost === undefined || keyring.has(table.keyId(row) ?? '')) await table.reseal(tx, row)
        else {
          await table.replace(tx, row, lost.replacedBy)
          replaced += 1
        }
      }
      return { renewed: rows.length, replaced }
    })
