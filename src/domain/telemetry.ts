import type { ExchangeOutcome } from './exchange-errors.ts'
import type { IssuerFault } from './issuer-fault.ts'
import type { LoginKind } from './login-kind.ts'

/** Where the keys of an issuer came from; `stale`: the cache, because the issuer could not be asked. */
export const ISSUER_KEY_RESULTS = ['cached', 'fetched', 'stale', 'failed'] as const
export type IssuerKeyResult = (typeof ISSUER_KEY_RESULTS)[number]

/** What is known of an issuer: keys that it was asked for within the hour, older ones that still do, or none. */
export const ISSUER_STATES = ['fresh', 'stale', 'failed'] as const
export type IssuerState = (typeof ISSUER_STATES)[number]

export const LOGIN_OUTCOMES = ['accepted', 'refused', 'throttled', 'unavailable'] as const
export type LoginOutcome = (typeof LOGIN_OUTCOMES)[number]

/** How an attempt to deliver to a webhook ended; `given_up`: it failed, and was the last. */
export const DELIVERY_RESULTS = ['delivered', 'failed', 'given_up'] as const
export type DeliveryResult = (typeof DELIVERY_RESULTS)[number]

/** What happened, in words of closed sets: no name, no address and no secret. */
export type TelemetryEvent =
  | { event: 'exchange'; outcome: ExchangeOutcome }
  | { event: 'issuer_keys'; result: IssuerKeyResult }
  | { event: 'issuer_failure'; fault: IssuerFault }
  | { event: 'webhook_delivery'; result: DeliveryResult }
  | { event: 'login'; kind: LoginKind; outcome: LoginOutcome }

export type Telemetry = ReturnType<typeof createTelemetry>

/** Tells whoever listens, which is nobody unless metrics are switched on. */
export function createTelemetry() {
  let listener: (event: TelemetryEvent) => void = () => {}
  return {
    record: (event: TelemetryEvent) => listener(event),
    listen(to: (event: TelemetryEvent) => void) {
      listener = to
    },
  }
}
