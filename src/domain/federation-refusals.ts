import { beginningOf } from './cut-text.ts'
import type { ExchangeRefusal } from './exchange-errors.ts'
import { TOKEN_MISMATCH } from './robot-refusals.ts'

/** Why no entry admits a token, in words that name nothing that is expected. */
export interface EntryRefusal extends ExchangeRefusal {
  code:
    | 'not_configured'
    | 'subject_mismatch'
    | 'audience_mismatch'
    | 'audience_required'
    | 'event_refused'
    | 'claim_mismatch'
    | 'token_too_old'
}

/** Begins the name of a check of a claim: `claims.repository_id`. */
export const CLAIM = 'claims.'
/** The check of what started a job of GitHub Actions. */
export const EVENT = 'event_name'

/** The check of an entry that names no audiences, where the policy asks for some. */
export const AUDIENCES_REQUIRED = 'federation_audiences'

export const NO_ENTRIES: EntryRefusal = {
  code: 'not_configured',
  message: 'Robot does not have federated login configured',
}

export const unknownIssuer = (issuer: string): EntryRefusal => ({
  code: 'not_configured',
  message: `issuer ${issuer} not configured for this robot`,
})

/**
 * Why a token is refused for which a check of an entry does not hold.
 *
 * @param check the key of the entry that asks for it, or one of the names above; none of those of the issuer
 * @param got what the token has, undefined for nothing
 */
export function refusalOf({ check, got }: { check: string; got: unknown }): EntryRefusal {
  if (check.startsWith(CLAIM)) return claimMismatch(check.slice(CLAIM.length), got)
  if (check === EVENT) {
    return { code: 'event_refused', message: `event_refused: event_name ${told(got)}` }
  }
  if (check === 'subject') return { code: 'subject_mismatch', message: TOKEN_MISMATCH }
  if (check === AUDIENCES_REQUIRED) return NONE_NAMED
  if (check === 'audiences') {
    return { code: 'audience_mismatch', message: isEmpty(got) ? NO_AUDIENCE : OTHER_AUDIENCE }
  }
  return {
    code: 'token_too_old',
    message: `token_too_old: the token was issued ${got} seconds ago`,
  }
}

/** @param path name of a claim, or a pointer to it, that is not what it must be */
export const claimMismatch = (path: string, got: unknown): EntryRefusal => ({
  code: 'claim_mismatch',
  message: `claim_mismatch: ${path} ${told(got)}`,
})

const NONE_NAMED: EntryRefusal = {
  code: 'audience_required',
  message: 'audience_required: the federation entry names no audiences, and must here',
}

const OTHER_AUDIENCE = "Invalid token: Audience doesn't match"
const NO_AUDIENCE = 'Invalid token: Token is missing the "aud" claim'

const isEmpty = (got: unknown) => Array.isArray(got) && got.length === 0

/** Characters of a claim that a refusal quotes. */
const MAX_SHOWN = 200

function told(claim: unknown): string {
  if (claim === undefined) return 'is missing'
  const text = typeof claim === 'string' ? claim : JSON.stringify(claim)
  return `is ${beginningOf(text, MAX_SHOWN)}`
}
