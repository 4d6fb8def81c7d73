import { type IssuerFault, IssuerFaultError } from '../domain/issuer-fault.ts'
import { isTlsCode } from './tls-codes.ts'

/** An issuer whose keys cannot be had. The message may be shown and logged: it holds nothing of what the issuer sent. */
export class IssuerError extends Error {
  readonly fault: IssuerFault

  constructor(fault: IssuerFault, message: string) {
    super(message)
    this.name = 'IssuerError'
    this.fault = fault
  }
}

const TIMEOUT_CODES = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

/** Keeps only the code of a foreign error: its text and properties may quote what was received. */
export function connectionError(error: unknown): IssuerError {
  const code = String((error as { code?: unknown }).code ?? 'unknown reason')
  if (TIMEOUT_CODES.has(code)) return new IssuerError('timeout', 'No answer in time')
  const fault = isTlsCode(code) ? 'tls' : 'connection'
  return new IssuerError(fault, `Request failed: ${code}`)
}

/** @param failure what was thrown on the way to the keys */
export const faultOf = (failure: unknown): IssuerFault =>
  failure instanceof IssuerError ? failure.fault : 'no_usable_key'

/**
 * How a failure is told to whoever sent the token.
 * @param retryAfter seconds until the issuer is asked again
 */
export function toFaultError(issuer: string, failure: unknown, retryAfter: number) {
  const fault = faultOf(failure)
  const reason = failure instanceof IssuerError ? failure.message : 'Its keys cannot be read'
  return new IssuerFaultError(fault, wordsOf(issuer, fault, reason), {
    retryAfter,
    cause: failure,
  })
}

function wordsOf(issuer: string, fault: IssuerFault, reason: string): string {
  if (fault === 'url' || fault === 'issuer_mismatch') return `Invalid token: ${reason}`
  return fault === 'address'
    ? `Issuer '${issuer}' may not be contacted: ${reason}; see OIDC_ALLOWED_HOSTS`
    : `Identity provider '${issuer}' cannot be reached or gives no valid answer: ${reason}`
}
