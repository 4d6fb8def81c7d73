import { ServiceError } from './errors.ts'

/** How the exchange of an identity token ended. A closed set: each is a label of a metric. */
export const EXCHANGE_OUTCOMES = [
  'issued',
  'invalid_token',
  'unknown_robot',
  'not_configured',
  'ambiguous',
  'subject_mismatch',
  'audience_mismatch',
  'event_refused',
  'claim_mismatch',
  'token_too_old',
  'token_used',
  'robots_disabled',
  'owner_disabled',
  'issuer_refused',
  'issuer_unavailable',
  'throttled',
  'unavailable',
  'error',
] as const
export type ExchangeOutcome = (typeof EXCHANGE_OUTCOMES)[number]

/** An error that says how the exchange of an identity token ended. */
export class ExchangeError extends ServiceError {
  readonly outcome: ExchangeOutcome

  constructor(outcome: ExchangeOutcome, ...error: ConstructorParameters<typeof ServiceError>) {
    super(...error)
    this.outcome = outcome
  }
}

export const exchangeRefused = (message: string, outcome: ExchangeOutcome = 'invalid_token') =>
  new ExchangeError(outcome, 'exchange_refused', message)

export const issuerUnavailable = (message: string, retryAfter: number, cause?: unknown) =>
  new ExchangeError('issuer_unavailable', 'unavailable', message, { retryAfter, cause })
