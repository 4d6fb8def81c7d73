import { errors } from 'jose'
import { exchangeRefused, ServiceError } from '../domain/errors.ts'

/**
 * Puts a failed verification into Quay's words, as
 * `exchange_refused`; an error of the service itself is returned as it is.
 */
export function toTokenRefusal(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error
  return exchangeRefused(`Invalid token: ${explain(error)}`)
}

function explain(error: unknown): string {
  if (error instanceof errors.JOSEAlgNotAllowed) return 'The specified alg value is not allowed'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'Signature verification failed'
  if (error instanceof errors.JWTExpired) return 'Signature has expired'
  if (error instanceof errors.JWTClaimValidationFailed) return explainClaim(error)
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return 'Not a signed JSON Web Token'
  }
  // What is left comes from the key: not importable, too short, or several under one `kid`.
  return 'The key of the issuer cannot be used'
}

function explainClaim({ claim, reason }: errors.JWTClaimValidationFailed): string {
  if (reason === 'missing') return `Token is missing the "${claim}" claim`
  if (reason === 'invalid') return `The "${claim}" claim must be a number`
  return `The token is not yet valid (${claim})`
}
