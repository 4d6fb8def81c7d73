import type { RobotState } from '../domain/robot-search.ts'

const expiresSoon = (expiry: string) =>
  `${expiry} > $now::timestamptz AND ${expiry} <= $expiringUntil::timestamptz`

const ROBOT_EXPIRY = "COALESCE(r.expires_at, 'infinity')"

/** Seconds that a secret lives, as the indexes have it. */
const SECRET_LIFE = "COALESCE(EXTRACT(EPOCH FROM s.expires_at - s.created_at)::float8, 'infinity')"

/** Whether an entry of a robot trusts an issuer that is not listed. */
export const NOT_LISTED = `CASE
  WHEN e.issuer_ref IS NULL THEN e.issuer <> ALL ($listedIssuers::text[])
  WHEN EXISTS (SELECT FROM issuer_records i WHERE i.organization_id = r.namespace_id AND i.name = e.issuer_ref)
    THEN NOT $ownRecordsListed::boolean
  ELSE e.issuer_ref || ' ' || e.issuer <> ALL ($listedRecords::text[]) END`

/** Which rows of `robot_secrets s` make a robot be in a state, and the order in which an index has those, where one plan does for any values. */
export const SECRET_STATES = {
  secret_expiring: { condition: expiresSoon('s.expires_at'), range: 's.expires_at' },
  secret_against_policy: {
    condition: `${SECRET_LIFE} > $longestSecret::float8 AND COALESCE(s.expires_at, 'infinity') > $now::timestamptz`,
    range: undefined,
  },
} satisfies Partial<Record<RobotState, { condition: string; range: string | undefined }>>

const UNUSED_ON = "($unusedSince::timestamptz AT TIME ZONE 'UTC')::date"

/** Which rows of `robots r` are in a state; takes times of a `RobotSearch`, and `PolicyBounds`. Each is about one thing; what is rare has an index. */
const STATES: Record<RobotState, string> = {
  active: `r.enabled AND ${ROBOT_EXPIRY} > $now::timestamptz`,
  disabled: 'NOT r.enabled',
  expired: `${ROBOT_EXPIRY} <= $now::timestamptz`,
  expiring: `r.enabled AND ${expiresSoon(ROBOT_EXPIRY)}`,
  unused: `r.last_used_on <= ${UNUSED_ON}
    AND COALESCE(r.last_accessed_at, '-infinity') <= $unusedSince::timestamptz`,
  secret_expiring: `EXISTS (
    SELECT FROM robot_secrets s WHERE s.robot_id = r.id AND ${SECRET_STATES.secret_expiring.condition})`,
  any_audience: `EXISTS (
    SELECT FROM federation_entry_rows e WHERE e.robot_id = r.id AND cardinality(e.audiences) = 0)`,
  // No joins, for which all secrets might be read: each robot that the index of this has is looked at.
  needless_secret: `r.last_accessed_by = 'federated'
    AND (SELECT true FROM federation_entry_rows e WHERE e.robot_id = r.id LIMIT 1)
    AND (SELECT true FROM robot_secrets s
         WHERE s.robot_id = r.id AND COALESCE(s.expires_at, 'infinity') > $now::timestamptz LIMIT 1)`,
  secret_against_policy: `EXISTS (
    SELECT FROM robot_secrets s WHERE s.robot_id = r.id AND s.namespace_id = r.namespace_id
      AND ${SECRET_STATES.secret_against_policy.condition})`,
  // No index knows the issuers of all owners' entries: without marks of them, each robot is looked at.
  issuer_against_policy: `$issuersListed::boolean
    AND (SELECT true FROM federation_entry_rows e WHERE e.robot_id = r.id AND ${NOT_LISTED} LIMIT 1)`,
}

/** The same of one state; with `$issuers`, the marks of issuers that are not listed, or of some more where all owners' are asked for. */
export function conditionOf(
  state: RobotState,
  { isOfOwner, withIssuers }: { isOfOwner: boolean; withIssuers: boolean },
): string {
  if (state !== 'issuer_against_policy' || !withIssuers) return STATES[state]
  const marked =
    'EXISTS (SELECT FROM robot_marks m WHERE m.robot_id = r.id AND m.mark = ANY ($issuers::text[]))'
  return isOfOwner ? marked : `${marked} AND ${STATES[state]}`
}

/** A state that an index says with the names of robots. */
export interface IndexedState {
  /** Rows that are indexed by themselves, as all others are in another state. */
  within?: string
  /** None is true with another: where the index says but one, the others are conditions of their own. */
  conditions: string[]
  /** Whether most robots are often in the state: then those near in the order are looked at first. */
  isUsual?: true
  /** The order in which an index has robots that are in the state, where one plan does for any values. */
  range?: string
}

const byExpiry = (state: RobotState): IndexedState => ({
  within: 'r.expires_at IS NOT NULL',
  conditions: [STATES[state]],
  range: `${ROBOT_EXPIRY}, r.id`,
})

const INDEXED_STATES: Partial<Record<RobotState, IndexedState>> = {
  active: { conditions: [STATES.active], isUsual: true },
  disabled: { conditions: [STATES.disabled] },
  expired: byExpiry('expired'),
  expiring: byExpiry('expiring'),
  // The time of a use is in no index, and only that of one day says more than the day.
  unused: {
    conditions: [
      `r.last_used_on < ${UNUSED_ON}`,
      `r.last_used_on = ${UNUSED_ON} AND r.last_accessed_at <= $unusedSince::timestamptz`,
    ],
    isUsual: true,
  },
}

/** How an index says a state of robots. Of all owners, which has no small index of names, PostgreSQL weighs the ways by the values. */
export function indexedState(state: RobotState, isOfOwner: boolean): IndexedState | undefined {
  const indexed = INDEXED_STATES[state]
  if (!indexed?.range || isOfOwner) return indexed
  return { conditions: indexed.conditions }
}
