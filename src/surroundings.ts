import type { PasswordCost } from './crypto/passwords.ts'
import type { PoolUse } from './db/connections.ts'
import type { Peers } from './domain/peers.ts'
import type { Clock } from './domain/runtime.ts'
import type { IssuerNetwork } from './oidc/oidc-services.ts'
import type { WebhookNetwork } from './oidc/webhook-targets.ts'

/** What differs between the service at work and under test: time, the cost of hashes of passwords, and the network to issuers and targets of webhooks. */
export interface Surroundings {
  clock?: Clock
  passwordCost?: PasswordCost | undefined
  issuerNetwork?: IssuerNetwork
  webhookNetwork?: WebhookNetwork
  /** Told of work that failed after its request was answered. */
  onBackgroundError?: (error: unknown) => void
  /** What is known of the connections to the database. */
  poolUse?: () => PoolUse
  /** The other processes of the server, where it has several. */
  peers?: Peers | undefined
}
