import type { FederationEntry } from './federation-entry.ts'
import { TOKEN_MISMATCH } from './robot-refusals.ts'

/** Who a token says that its holder is. */
export interface ExternalIdentity {
  issuer: string
  subject: string
  audiences: readonly string[]
}

/** Why a token is not exchanged: a stable code, and words for who sent it. */
interface Refusal {
  code: 'not_configured' | 'subject_mismatch' | 'audience_mismatch'
  message: string
}

/** The entry by which an identity is admitted, or why it is not. */
type Verdict<Entry> = { entry: Entry } | Refusal

/** Why no token of the issuer can be good, whatever it says; undefined where one can. */
export function issuerRefusal(
  entries: readonly FederationEntry[],
  issuer: string,
): Refusal | undefined {
  if (entries.length === 0) {
    return refused('not_configured', 'Robot does not have federated login configured')
  }
  if (!entries.some((entry) => entry.issuer === issuer)) {
    return refused('not_configured', `issuer ${issuer} not configured for this robot`)
  }
  return undefined
}

/**
 * Whether an identity may act as the robot that has these entries.
 *
 * @param identity as its token proves it
 */
export function judge<Entry extends FederationEntry>(
  entries: readonly Entry[],
  identity: ExternalIdentity,
): Verdict<Entry> {
  const refusal = issuerRefusal(entries, identity.issuer)
  if (refusal) return refusal
  const candidates = entries.filter(
    ({ issuer, subject }) => issuer === identity.issuer && subject === identity.subject,
  )
  if (candidates.length === 0) return refused('subject_mismatch', TOKEN_MISMATCH)
  const entry = candidates.find((candidate) => admitsAudience(candidate, identity))
  if (!entry) {
    return refused(
      'audience_mismatch',
      identity.audiences.length > 0
        ? "Invalid token: Audience doesn't match"
        : 'Invalid token: Token is missing the "aud" claim',
    )
  }
  return { entry }
}

const admitsAudience = ({ audiences }: FederationEntry, identity: ExternalIdentity) =>
  audiences === undefined || audiences.some((audience) => identity.audiences.includes(audience))

const refused = (code: Refusal['code'], message: string): Refusal => ({ code, message })
