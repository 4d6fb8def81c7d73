import type { RobotState } from '../domain/robot-search.ts'

const expiresSoon = (expiry: string) =>
  `${expiry} > $now::timestamptz AND ${expiry} <= $expiringUntil::timestamptz`

const ROBOT_EXPIRY = "COALESCE(r.expires_at, 'infinity')"

/** Seconds that a secret with an end lives. */
const SECRET_LIFE = 'EXTRACT(EPOCH FROM s.expires_at - s.created_at)::float8'
const SECRET_EXPIRY = "COALESCE(s.expires_at, 'infinity')"

/** Whether an entry of a robot trusts an issuer that is not listed. */
export const NOT_LISTED = `CASE
  WHEN e.issuer_ref IS NULL THEN e.issuer <> ALL ($listedIssuers::text[])
  WHEN EXISTS (SELECT FROM issuer_records i WHERE i.organization_id = r.namespace_id AND i.name = e.issuer_ref)
    THEN NOT $ownRecordsListed::boolean
  ELSE e.issuer_ref || ' ' || e.issuer <> ALL ($listedRecords::text[]) END`

/** A condition as an index in the order of what is asked for has it, and as one in the order of names has the same. */
export interface RangeState {
  passing: string
  /** That order. */
  range: string
  byName: string
}

/** Which rows of `robot_secrets s` with an end make a robot be in a state. */
export const SECRET_STATES = {
  secret_expiring: {
    passing: expiresSoon('s.expires_at'),
    range: 's.expires_at',
    byName: `s.expires_at IS NOT NULL AND ${expiresSoon(SECRET_EXPIRY)}`,
  },
  secret_against_policy: {
    passing: `COALESCE(${SECRET_LIFE}, 'infinity') > $longestSecret::float8 AND s.expires_at > $now::timestamptz`,
    range: `COALESCE(${SECRET_LIFE}, 'infinity')`,
    byName: `s.expires_at IS NOT NULL AND ${SECRET_LIFE} > $longestSecret::float8 AND ${SECRET_EXPIRY} > $now::timestamptz`,
  },
} satisfies Partial<Record<RobotState, RangeState>>

/** Those without an end, of which the second is true too where a policy has any longest life. */
export const ENDLESS_SECRET = "s.expires_at IS NULL AND $longestSecret::float8 < 'infinity'"

const UNUSED_ON = "($unusedSince::timestamptz AT TIME ZONE 'UTC')::date"

/** Which rows of `robots r` are in a state; takes times of a `RobotSearch`, and `PolicyBounds`. Each is about one thing; what is rare has an index. */
export const STATES: Record<RobotState, string> = {
  active: `r.enabled AND ${ROBOT_EXPIRY} > $now::timestamptz`,
  disabled: 'NOT r.enabled',
  expired: `${ROBOT_EXPIRY} <= $now::timestamptz`,
  expiring: `r.enabled AND ${expiresSoon(ROBOT_EXPIRY)}`,
  unused: `r.last_used_on <= ${UNUSED_ON}
    AND COALESCE(r.last_accessed_at, '-infinity') <= $unusedSince::timestamptz`,
  secret_expiring: `EXISTS (
    SELECT FROM robot_secrets s WHERE s.robot_id = r.id AND ${SECRET_STATES.secret_expiring.passing})`,
  any_audience: `EXISTS (
    SELECT FROM federation_entry_rows e WHERE e.robot_id = r.id AND cardinality(e.audiences) = 0)`,
  // No joins, for which all secrets might be read: each robot that the index of this has is looked at.
  needless_secret: `r.last_accessed_by = 'federated'
    AND (SELECT true FROM federation_entry_rows e WHERE e.robot_id = r.id LIMIT 1)
    AND (SELECT true FROM robot_secrets s
         WHERE s.robot_id = r.id AND COALESCE(s.expires_at, 'infinity') > $now::timestamptz LIMIT 1)`,
  // By CASE, lest all such secrets are read for each robot.
  secret_against_policy: `(SELECT true FROM robot_secrets s WHERE s.robot_id = r.id AND CASE
    WHEN s.expires_at IS NULL THEN ${ENDLESS_SECRET} ELSE ${SECRET_STATES.secret_against_policy.passing} END LIMIT 1)`,
  // No index knows the issuers of all owners' entries: without marks of them, each robot is looked at.
  issuer_against_policy: `$issuersListed::boolean
    AND (SELECT true FROM federation_entry_rows e WHERE e.robot_id = r.id AND ${NOT_LISTED} LIMIT 1)`,
}

/** Those of robots that have an end. */
export const ENDED_STATES = {
  expired: {
    passing: STATES.expired,
    range: `${ROBOT_EXPIRY}, r.id`,
    byName: 'r.expires_at <= $now::timestamptz',
  },
  expiring: {
    passing: STATES.expiring,
    range: `${ROBOT_EXPIRY}, r.id`,
    byName: `r.enabled AND ${expiresSoon('r.expires_at')}`,
  },
} satisfies Partial<Record<RobotState, RangeState>>

/** Conditions of which each robot in a state fulfils one, as an index has them with names. */
export const INDEXED_STATES = {
  active: [STATES.active],
  disabled: [STATES.disabled],
  expired: [STATES.expired],
  expiring: [STATES.expiring],
  // The time of a use is in no index, and only that of one day says more than the day.
  unused: [
    `r.last_used_on < ${UNUSED_ON}`,
    `r.last_used_on = ${UNUSED_ON} AND r.last_accessed_at <= $unusedSince::timestamptz`,
  ],
} satisfies Partial<Record<RobotState, string[]>>
