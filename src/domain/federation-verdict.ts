import { claimAt, claimHolds, textMatches } from './claim-conditions.ts'
import type { FederationEntry } from './federation-entry.ts'
import {
  AUDIENCES_REQUIRED,
  CLAIM,
  type EntryRefusal,
  EVENT,
  NO_ENTRIES,
  refusalOf,
  unknownIssuer,
} from './federation-refusals.ts'
import { admitsEvent, RISKY_EVENTS } from './github-events.ts'
import type { NamedIssuer } from './issuer-refs.ts'
import type { RobotPolicy } from './robot-policy.ts'
import { isGitHubActions } from './shared-issuers.ts'

/** Who a token says that its holder is. */
export interface ExternalIdentity {
  issuer: string
  /** Name of the issuer record whose keys proved it; undefined: the issuer publishes them. */
  issuerRef?: string | undefined
  /** Of that record, where it is the organization's. */
  recordRevision?: string | undefined
  subject: string
  audiences: readonly string[]
  /** All that the token claims. */
  claims: Record<string, unknown>
}

/** One thing of an entry that a token must have. */
export interface Check {
  /** The key that asks for it; of a claim with its name: `claims.repository_id`. */
  check: string
  expected: unknown
  /** Undefined: the token has no such thing. */
  got: unknown
  ok: boolean
}

/** An entry and its checks, in the order in which they are judged: all, but where it is for other keys. */
export interface Judged<Entry> {
  entry: Entry
  checks: Check[]
}

/** The entry by which an identity is admitted, or why it is not; and, for who asks, what was judged on the way. */
type Verdict<Entry> = ({ entry: Entry } | EntryRefusal) & { judged: () => Judged<Entry>[] }

/** What is asked of entries, however they came to be stored. */
export type EntryPolicy = Pick<RobotPolicy, 'federationAudiences'>

/** Why no token with these keys can be good, whatever it says; undefined where one can. */
export function issuerRefusal(
  entries: readonly NamedIssuer[],
  { issuer, issuerRef }: Pick<ExternalIdentity, 'issuer' | 'issuerRef'>,
): EntryRefusal | undefined {
  if (entries.length === 0) return NO_ENTRIES
  const isKnown = entries.some((one) => one.issuer === issuer && one.issuer_ref === issuerRef)
  return isKnown ? undefined : unknownIssuer(issuer)
}

/**
 * Whether an identity may act as the robot that has these entries: by the first of them all of whose checks hold.
 *
 * @param identity as its token proves it
 * @param policy that holds for the robot
 */
export function judge<Entry extends FederationEntry>(
  entries: readonly Entry[],
  identity: ExternalIdentity,
  now: Date,
  policy: EntryPolicy,
): Verdict<Entry> {
  const judged = () => [...judgeEach(entries, identity, { now, policy, isEnd: isOfOtherKeys })]
  let nearest: Check[] = []
  for (const { entry, checks } of judgeEach(entries, identity, { now, policy, isEnd: fails })) {
    const last = checks.at(-1) as Check
    if (last.ok) return { entry, judged }
    if (checks.length > nearest.length && !OF_KEYS.includes(last.check)) nearest = checks
  }
  const refusal = issuerRefusal(entries, identity) ?? refusalOf(nearest.at(-1) as Check)
  return { ...refusal, judged }
}

/** The checks of whose keys prove a token: an entry for other keys says nothing of why it is refused. */
const OF_KEYS: readonly unknown[] = ['issuer', 'issuer_ref']

const fails = ({ ok }: Check) => !ok
const isOfOtherKeys = (check: Check) => fails(check) && OF_KEYS.includes(check.check)

interface Judging {
  now: Date
  policy: EntryPolicy
  /** Whether nothing of an entry is checked after this. */
  isEnd: (check: Check) => boolean
}

/** Up to the first entry that admits the identity. None is kept: a robot may have 200. */
function* judgeEach<Entry extends FederationEntry>(
  entries: readonly Entry[],
  identity: ExternalIdentity,
  judging: Judging,
): Generator<Judged<Entry>> {
  for (const entry of entries) {
    const checks = judgeEntry(entry, identity, judging)
    yield { entry, checks }
    if (!checks.some(fails)) return
  }
}

function judgeEntry(
  entry: FederationEntry,
  identity: ExternalIdentity,
  { now, policy, isEnd }: Judging,
): Check[] {
  const judged: Check[] = []
  for (const check of checksOf(entry, identity, now, policy)) {
    judged.push(check)
    if (isEnd(check)) break
  }
  return judged
}

function* checksOf(
  entry: FederationEntry,
  { issuer, issuerRef, subject, audiences, claims }: ExternalIdentity,
  now: Date,
  { federationAudiences }: EntryPolicy,
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
  } else if (federationAudiences === 'required') {
    yield checked(AUDIENCES_REQUIRED, federationAudiences, undefined, false)
  }
  if (isGitHubActions(issuer)) {
    const event = claims.event_name
    const ok = admitsEvent(entry.claims?.event_name, event)
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

const checked = (check: string, expected: unknown, got: unknown, ok: boolean): Check => ({
  check,
  expected,
  got,
  ok,
})

const exact = (check: string, expected: unknown, got: unknown) =>
  checked(check, expected, got, expected === got)
