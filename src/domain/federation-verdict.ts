import { type ClaimCondition, claimAt, claimHolds, textMatches } from './claim-conditions.ts'
import type { FederationEntry } from './federation-entry.ts'
import { TOKEN_MISMATCH } from './robot-refusals.ts'
import { isGitHubActions } from './shared-issuers.ts'

/** Who a token says that its holder is. */
export interface ExternalIdentity {
  issuer: string
  /** Name of the issuer record whose keys proved it; undefined: the issuer publishes them. */
  issuerRef?: string | undefined
  subject: string
  audiences: readonly string[]
  /** All that the token claims. */
  claims: Record<string, unknown>
}

/** Why a token is not exchanged: a stable code, and words for who sent it, which name nothing that is expected. */
interface Refusal {
  code:
    | 'not_configured'
    | 'subject_mismatch'
    | 'audience_mismatch'
    | 'event_refused'
    | 'claim_mismatch'
    | 'token_too_old'
  message: string
}

/** One thing of an entry that a token must have. */
interface Check {
  /** The key that asks for it; of a claim with its name: `claims.repository_id`. */
  check: string
  expected: unknown
  /** Undefined: the token has no such thing. */
  got: unknown
  ok: boolean
}

/** An entry and its checks, in the order in which they were judged; the first that does not hold is the last. */
interface Judged<Entry> {
  entry: Entry
  checks: Check[]
}

/** The entry by which an identity is admitted, or why it is not; and what was judged on the way. */
type Verdict<Entry> = ({ entry: Entry } | Refusal) & { judged: Judged<Entry>[] }

/** Why no token with these keys can be good, whatever it says; undefined where one can. */
export function issuerRefusal(
  entries: readonly FederationEntry[],
  { issuer, issuerRef }: Pick<ExternalIdentity, 'issuer' | 'issuerRef'>,
): Refusal | undefined {
  if (entries.length === 0) {
    return { code: 'not_configured', message: 'Robot does not have federated login configured' }
  }
  const isKnown = entries.some((one) => one.issuer === issuer && one.issuer_ref === issuerRef)
  return isKnown ? undefined : unknownIssuer(issuer)
}

/**
 * Whether an identity may act as the robot that has these entries: by the first of them all of whose checks hold.
 *
 * @param identity as its token proves it
 */
export function judge<Entry extends FederationEntry>(
  entries: readonly Entry[],
  identity: ExternalIdentity,
  now: Date,
): Verdict<Entry> {
  const judged: Judged<Entry>[] = []
  for (const entry of entries) {
    const checks = judgeEntry(entry, identity, now)
    judged.push({ entry, checks })
    if (checks.every(({ ok }) => ok)) return { entry, judged }
  }
  const refusal = issuerRefusal(entries, identity) ?? refusalOf(nearest(judged))
  return { ...refusal, judged }
}

/** Of the checks that do not hold that of the entry of which more holds than of others. */
function nearest(judged: readonly Judged<unknown>[]): Check {
  const [most] = judged.toSorted((one, other) => other.checks.length - one.checks.length)
  return most?.checks.at(-1) as Check
}

function judgeEntry(entry: FederationEntry, identity: ExternalIdentity, now: Date): Check[] {
  const judged: Check[] = []
  for (const check of checksOf(entry, identity, now)) {
    judged.push(check)
    if (!check.ok) break
  }
  return judged
}

function* checksOf(
  entry: FederationEntry,
  { issuer, issuerRef, subject, audiences, claims }: ExternalIdentity,
  now: Date,
): Generator<Check> {
  yield exact('issuer', entry.issuer, issuer)
  if (entry.issuer_ref !== undefined || issuerRef !== undefined) {
    yield exact('issuer_ref', entry.issuer_ref, issuerRef)
  }
  yield entry.subject_match === undefined
    ? exact('subject', entry.subject, subject)
    : checked('subject', entry.subject, subject, textMatches(entry.subject, subject))
  if (entry.audiences) {
    const ok = entry.audiences.some((audience) => audiences.includes(audience))
    yield checked('audiences', entry.audiences, audiences, ok)
  }
  if (isGitHubActions(issuer)) {
    const event = claims.event_name
    const ok = !RISKY_EVENTS.includes(event) || lists(entry.claims?.event_name, event)
    yield checked(EVENT, { not: RISKY_EVENTS }, event, ok)
  }
  for (const [path, condition] of Object.entries(entry.claims ?? {})) {
    const claim = claimAt(claims, path)
    yield checked(`${CLAIM}${path}`, condition, claim, claimHolds(condition, claim))
  }
  if (entry.max_token_age !== undefined) {
    const age = Math.floor(now.getTime() / 1000) - Number(claims.iat)
    yield checked('max_token_age', entry.max_token_age, age, age <= entry.max_token_age)
  }
}

const CLAIM = 'claims.'
const EVENT = 'event_name'

/** Their jobs have the rights of the repository, and may run what somebody from outside has proposed. */
const RISKY_EVENTS: readonly unknown[] = ['pull_request_target', 'workflow_run']

/** Whether a condition names the value, alone or among others. */
const lists = (condition: ClaimCondition | undefined, value: unknown) =>
  Array.isArray(condition) ? condition.some((one) => one === value) : condition === value

const checked = (check: string, expected: unknown, got: unknown, ok: boolean): Check => ({
  check,
  expected,
  got,
  ok,
})

const exact = (check: string, expected: unknown, got: unknown) =>
  checked(check, expected, got, expected === got)

const unknownIssuer = (issuer: unknown): Refusal => ({
  code: 'not_configured',
  message: `issuer ${issuer} not configured for this robot`,
})

/** Why the check that does not hold has a token refused. */
function refusalOf({ check, got }: Check): Refusal {
  if (check.startsWith(CLAIM)) return claimMismatch(check.slice(CLAIM.length), got)
  if (check === EVENT) {
    return { code: 'event_refused', message: `event_refused: event_name ${told(got)}` }
  }
  if (check === 'subject') return { code: 'subject_mismatch', message: TOKEN_MISMATCH }
  if (check === 'audiences') {
    return { code: 'audience_mismatch', message: isEmpty(got) ? NO_AUDIENCE : OTHER_AUDIENCE }
  }
  if (check === 'max_token_age') {
    const message = `token_too_old: the token was issued ${got} seconds ago`
    return { code: 'token_too_old', message }
  }
  return unknownIssuer(got)
}

/** @param path name of a claim, or a pointer to it, that is not what it must be */
export const claimMismatch = (path: string, got: unknown): Refusal => ({
  code: 'claim_mismatch',
  message: `claim_mismatch: ${path} ${told(got)}`,
})

const OTHER_AUDIENCE = "Invalid token: Audience doesn't match"
const NO_AUDIENCE = 'Invalid token: Token is missing the "aud" claim'

const isEmpty = (got: unknown) => Array.isArray(got) && got.length === 0

/** Characters of a claim that a refusal quotes. */
const MAX_SHOWN = 200

function told(claim: unknown): string {
  if (claim === undefined) return 'is missing'
  const text = typeof claim === 'string' ? claim : JSON.stringify(claim)
  const characters = [...text.slice(0, 2 * MAX_SHOWN)]
  return `is ${characters.slice(0, MAX_SHOWN).join('')}`
}
