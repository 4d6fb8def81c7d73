import { lockUntilCommit } from '../../db/advisory-locks.ts'
import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Performer } from '../../domain/actor.ts'
import { canonicalJson } from '../../domain/canonical-json.ts'
import { invalidRequest, notFound } from '../../domain/errors.ts'
import { assertOneMore } from '../../domain/fixed-limits.ts'
import type { Owner } from '../../domain/owner.ts'
import { parseUrl } from '../../domain/parse-url.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { later } from '../../domain/webhook-attempts.ts'
import type { WebhookEventType } from '../../domain/webhook-events.ts'
import { lockOrganization, lockWebhook } from '../../queries/row-locks.ts'
import {
  countWebhooks,
  deleteWebhook,
  findWebhook,
  insertWebhook,
  listWebhooks,
  updateWebhook,
  type WebhookRow,
} from '../../queries/webhooks.ts'
import type { AuditKind, AuditLog } from '../audit/audit-log.ts'
import type { WebhookSecrets } from './webhook-secrets.ts'

/** The organization whose webhooks are meant; undefined: the installation. */
export type WebhookOwner = Owner | undefined

export interface WebhookSettings {
  url: string
  events: WebhookEventType[]
  description: string
  enabled: boolean
}

export type Webhook = WebhookRow

interface WebhooksDeps {
  db: Db
  audit: AuditLog
  clock: Clock
  newId: NewId
  webhookSecrets: WebhookSecrets
  /** Why nothing may be posted to a URL; undefined if it may. */
  refusalOf: (url: URL) => string | undefined
}

export type Webhooks = ReturnType<typeof createWebhooks>

/** Targets that are told of events: of an organization, or of the installation. */
export function createWebhooks(deps: WebhooksDeps) {
  const { db, audit, clock, webhookSecrets } = deps

  const record = (
    tx: Tx,
    kind: Extract<AuditKind, `${string}_webhook${string}`>,
    namespace: WebhookOwner,
    performer: Performer,
    { id, url }: Pick<WebhookRow, 'id' | 'url'>,
  ) =>
    // Paths and queries of some targets are passwords.
    audit.record(tx, {
      kind,
      namespace,
      performer,
      metadata: { webhook: id, host: new URL(url).host },
    })

  function assertUsable(text: string) {
    const url = parseUrl(text)
    const refusal = url ? deps.refusalOf(url) : 'is no URL'
    if (refusal === undefined) return
    throw invalidRequest(
      `url: ${refusal}; what is let in beside is in \`webhooks.allowed\` of the configuration file`,
    )
  }

  /** Lets nobody else make webhooks of the owner meanwhile. @throws {ServiceError} `not_found` */
  async function lockOwner(tx: Tx, owner: WebhookOwner) {
    if (!owner) await lockUntilCommit(tx, 'installationWebhooks')
    else if (!(await lockOrganization(tx, owner.id))) throw notFound()
  }

  /** Runs the change of a webhook that nobody else changes meanwhile. */
  const change = <Result>(
    owner: WebhookOwner,
    id: string,
    work: (tx: Tx, webhook: WebhookRow, secrets: () => string[]) => Promise<Result>,
  ) =>
    withTransaction(db, async (tx) => {
      const sealed = await lockWebhook(tx, owner?.id ?? null, id)
      const webhook = sealed && (await findWebhook(tx, owner?.id ?? null, id))
      if (!sealed || !webhook) throw notFound()
      return work(tx, webhook, () => webhookSecrets.reveal(sealed))
    })

  return {
    /** In the order of their creation. */
    list: (owner: WebhookOwner): Promise<Webhook[]> => listWebhooks(db, owner?.id ?? null),

    /** @throws {ServiceError} `not_found` */
    async get(owner: WebhookOwner, id: string): Promise<Webhook> {
      const webhook = await findWebhook(db, owner?.id ?? null, id)
      if (!webhook) throw notFound()
      return webhook
    },

    /**
     * @returns with the secret, which is shown this once
     * @throws {ServiceError} `invalid_request` for where nothing may be posted; `model_refused` for too many; `not_found`
     */
    create(
      owner: WebhookOwner,
      wanted: WebhookSettings,
      performer: Performer,
    ): Promise<Webhook & { secret: string }> {
      assertUsable(wanted.url)
      return withTransaction(db, async (tx) => {
        await lockOwner(tx, owner)
        assertOneMore('webhooks', await countWebhooks(tx, owner?.id ?? null))
        const [id, createdAt] = [deps.newId(), clock()]
        const { secret, columns } = webhookSecrets.issue(id)
        const webhook = await insertWebhook(tx, {
          ...wanted,
          ...columns,
          id,
          organizationId: owner?.id ?? null,
          notBefore: createdAt,
          createdAt,
        })
        await record(tx, 'create_webhook', owner, performer, webhook)
        return { ...webhook, secret }
      })
    },

    /** @throws {ServiceError} `invalid_request` for where nothing may be posted; `not_found` */
    change(
      owner: WebhookOwner,
      id: string,
      wanted: Partial<WebhookSettings>,
      performer: Performer,
    ) {
      if (wanted.url !== undefined) assertUsable(wanted.url)
      return change(owner, id, async (tx, before) => {
        if (isSame(before, wanted)) return before
        const webhook = await updateWebhook(tx, id, wanted)
        await record(tx, 'change_webhook', owner, performer, webhook)
        return webhook
      })
    },

    /** With what it has not been told yet. @throws {ServiceError} `not_found` */
    delete: (owner: WebhookOwner, id: string, performer: Performer) =>
      change(owner, id, async (tx, webhook) => {
        await deleteWebhook(tx, id)
        await record(tx, 'delete_webhook', owner, performer, webhook)
      }),

    /**
     * Gives it another secret; the one before signs beside it for a while.
     *
     * @param grace seconds
     * @throws {ServiceError} `not_found`
     */
    rotateSecret: (owner: WebhookOwner, id: string, grace: number, performer: Performer) =>
      change(owner, id, async (tx, before, secrets) => {
        const overlap = grace > 0 ? secrets().slice(0, 1) : []
        const { secret, columns } = webhookSecrets.issue(id, overlap)
        const previousUntil = grace > 0 ? later(clock(), grace * 1000) : null
        const webhook = await updateWebhook(tx, id, { ...columns, previousUntil })
        await record(tx, 'rotate_webhook_secret', owner, performer, before)
        return { ...webhook, secret }
      }),
  }
}

/** Whether what is wanted is so already. */
const isSame = (before: WebhookRow, wanted: Partial<WebhookSettings>) =>
  canonicalJson({ ...before, ...wanted }) === canonicalJson({ ...before })
