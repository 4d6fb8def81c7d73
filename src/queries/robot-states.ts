import type { RobotState } from '../domain/robot-search.ts'

const expiresSoon = (expiry: string) =>
  `${expiry} > $now::timestamptz AND ${expiry} <= $expiringUntil::timestamptz`

const ROBOT_EXPIRY = "COALESCE(r.expires_at, 'infinity')"

/** Which rows of `robots r` are in a state; takes times of a `RobotSearch`. Each is about one thing; what is rare has an index. */
export const STATES: Record<RobotState, string> = {
  active: `r.enabled AND ${ROBOT_EXPIRY} > $now::timestamptz`,
  disabled: 'NOT r.enabled',
  expired: `${ROBOT_EXPIRY} <= $now::timestamptz`,
  expiring: `r.enabled AND ${expiresSoon(ROBOT_EXPIRY)}`,
  unused: `r.last_used_on <= ($unusedSince::timestamptz AT TIME ZONE 'UTC')::date
    AND COALESCE(r.last_accessed_at, '-infinity') <= $unusedSince::timestamptz`,
  secret_expiring: `EXISTS (
    SELECT FROM robot_secrets s WHERE s.robot_id = r.id AND ${expiresSoon('s.expires_at')})`,
  any_audience: `EXISTS (
    SELECT FROM federation_entry_rows e WHERE e.robot_id = r.id AND cardinality(e.audiences) = 0)`,
  // No joins, for which all secrets might be read: each robot that the index of this has is looked at.
  needless_secret: `r.last_accessed_by = 'federated'
    AND (SELECT true FROM federation_entry_rows e WHERE e.robot_id = r.id LIMIT 1)
    AND (SELECT true FROM robot_secrets s
         WHERE s.robot_id = r.id AND COALESCE(s.expires_at, 'infinity') > $now::timestamptz LIMIT 1)`,
}
