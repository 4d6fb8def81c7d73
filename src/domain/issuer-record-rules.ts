import { type ClaimConditions, claimAt, claimHolds } from './claim-conditions.ts'
import type { ExchangeRefusal } from './exchange-errors.ts'
import { claimMismatch } from './federation-refusals.ts'

/** What a record can say of `maxTokenLifetime` (seconds): up to a leap year, as no token of a job lives longer. */
export const TOKEN_LIFETIME = { least: 60, most: 366 * 86_400 } as const

/** What a record lays down for all tokens of its issuer, whatever the entries say. */
export interface IssuerRules {
  requiredClaims?: ClaimConditions | undefined
  /** From `iat` to `exp`, in seconds. */
  maxTokenLifetime?: number | undefined
  /** Whether a token buys one robot token, and no more. */
  singleUse?: boolean | undefined
}

/** Why a verified token is not what the record asks for; undefined if it is. */
export function ruleRefusal(
  { requiredClaims = {}, maxTokenLifetime = Number.POSITIVE_INFINITY }: IssuerRules,
  claims: Record<string, unknown>,
): ExchangeRefusal | undefined {
  const lifetime = Number(claims.exp) - Number(claims.iat)
  if (lifetime > maxTokenLifetime) {
    const message = `Invalid token: The token lives ${lifetime} s, longer than its issuer's record allows`
    return { code: 'invalid_token', message }
  }
  for (const [path, condition] of Object.entries(requiredClaims)) {
    const claim = claimAt(claims, path)
    if (!claimHolds(condition, claim)) return claimMismatch(path, claim)
  }
  return undefined
}
