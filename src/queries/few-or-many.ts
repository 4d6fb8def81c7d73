/**
 * SQL of rows that are read in one way where few pass, and in another one where they are many. One plan does for any values.
 *
 * @param passing those that pass, in the order of an index of what is asked for
 * @param most how many of these are few; so many are counted
 */
export const fewOrMany = (
  passing: string,
  { most, few, many }: { most: number; few: string; many: string },
) => `(
  WITH passing AS MATERIALIZED (SELECT EXISTS (${passing} OFFSET ${most}) AS are_many)
  SELECT * FROM (${few}) few WHERE NOT (SELECT are_many FROM passing)
  UNION ALL SELECT * FROM (${many}) many WHERE (SELECT are_many FROM passing))`
