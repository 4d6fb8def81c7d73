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
  'audience_required',
  'event_refused',
  'claim_mismatch',
  'token_too_old',
  'token_used',
  'scope_refused',
  'robots_disabled',
  'owner_disabled',
  'robot_disabled',
  'robot_expired',
  'issuer_refused',
  'issuer_unavailable',
  'throttled',
  'unavailable',
  'error',
] as const
export type ExchangeOutcome = (typeof EXCHANGE_OUTCOMES)[number]

/** Why an identity token is not exchanged: a stable code, and words for who sent it. */
export interface ExchangeRefusal {
  code: ExchangeOutcome
  message: string
}

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

/** The words of a refusal, which begin with its code, for protocols that have no place for it. */
export const codedWords = ({ outcome, message }: ExchangeError) =>
  message.startsWith(`${outcome}: `) ? message : `${outcome}: ${message}`

/** A token that the keys known of its issuer do not prove, while it is not asked for others: the token may be at fault. */
export const notYetProven = (message: string, retryAfter: number) =>
  new ExchangeError('invalid_token', 'unavailable', message, { retryAfter })

/** Whether it is for the token that an exchange failed, as far as is known now, and not for its issuer. */
export const isTokenRefused = (error: unknown): error is ExchangeError =>
  error instanceof ExchangeError && error.outcome !== 'issuer_unavailable'

export const issuerUnavailable = (message: string, retryAfter: number, cause?: unknown) =>
  new ExchangeError('issuer_unavailable', 'unavailable', message, { retryAfter, cause })
