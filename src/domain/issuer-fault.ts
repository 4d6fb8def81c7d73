import { ExchangeError } from './exchange-errors.ts'

/** Why an issuer gave no keys. A closed set: each is a label of a metric, and stands in answers and logs. */
export const ISSUER_FAULTS = [
  'no_record',
  'not_listed',
  'url',
  'address',
  'dns',
  'connection',
  'tls',
  'timeout',
  'redirect',
  'status',
  'too_large',
  'not_json',
  'discovery',
  'issuer_mismatch',
  'no_usable_key',
] as const
export type IssuerFault = (typeof ISSUER_FAULTS)[number]

/** Faults that trying again later will not mend: the issuer is not what it must be, or may not be asked. */
const REFUSALS: ReadonlySet<IssuerFault> = new Set([
  'no_record',
  'not_listed',
  'url',
  'address',
  'issuer_mismatch',
])

/** An exchange that failed because its issuer gave no keys. */
export class IssuerFaultError extends ExchangeError {
  readonly fault: IssuerFault

  /** @param failure for what time may mend: seconds until trying again may help, and what went wrong */
  constructor(
    fault: IssuerFault,
    message: string,
    failure: { retryAfter?: number; cause?: unknown } = {},
  ) {
    const text = `${message} (${fault})`
    if (REFUSALS.has(fault)) super('issuer_refused', 'exchange_refused', text)
    else super('issuer_unavailable', 'unavailable', text, failure)
    this.fault = fault
  }
}
