import type { Keyring } from '../../crypto/keyring.ts'
import type { RandomBytes } from '../../domain/runtime.ts'
import { generateWebhookSecret } from '../../domain/webhook-secret.ts'
import type { WebhookSeal } from '../../queries/webhooks.ts'

export type WebhookSecrets = ReturnType<typeof createWebhookSecrets>

type Stored = WebhookSeal & { id: string }

const context = (webhookId: string) => `webhook:${webhookId}:secrets`

/** Keeps what signs deliveries: sealed and bound to its row, the newest secret first. */
export function createWebhookSecrets(deps: { keyring: Keyring; randomBytes: RandomBytes }) {
  function seal(webhookId: string, secrets: string[]): WebhookSeal {
    const { keyId, sealed } = deps.keyring.seal(secrets.join(' '), context(webhookId))
    return { secretKeyId: keyId, secretSealed: sealed }
  }

  /** @throws {UnknownKeyError} where the ring lacks the key */
  const reveal = ({ id, secretKeyId: keyId, secretSealed: sealed }: Stored) =>
    deps.keyring.open({ keyId, sealed }, context(id)).toString('ascii').split(' ')

  return {
    /** A new secret, and the columns that keep it. @param before what signs beside it for a while */
    issue(webhookId: string, before: string[] = []) {
      const secret = generateWebhookSecret(deps.randomBytes)
      return { secret, columns: seal(webhookId, [secret, ...before]) }
    },

    /** The newest first. */
    reveal,

    /** The columns that keep the same secrets under the current key. */
    reseal: (webhook: Stored) => seal(webhook.id, reveal(webhook)),
  }
}
