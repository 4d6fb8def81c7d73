import type { PoolUse } from './db/connections.ts'
import type { Clock } from './domain/runtime.ts'
import type { IssuerNetwork } from './oidc/trust.ts'

/** What differs between the service at work and under test: time, and the network to issuers. */
export interface Surroundings {
  clock?: Clock
  issuerNetwork?: IssuerNetwork
  /** Told of work that failed after its request was answered. */
  onBackgroundError?: (error: unknown) => void
  /** What is known of the connections to the database. */
  poolUse?: () => PoolUse
}
