import { unseen } from './unseen.ts'

/** Up to how many rows a filter is said to have few. */
const FEW = 500

interface Wanted {
  columns: string
  /** What an index in the order of names has, of which the columns, the order and the condition are. */
  read: string
  table: string
  alias: string
  place: string
  /** What is true of all that pass, and makes an index in the order of names a small one. */
  within?: string | undefined
  /** Which of the rows in the place pass. */
  condition: string
  /** The order in which another index has those. */
  range: string
  /** The order of names. */
  by: string
  /** The parameter that says how many are wanted. */
  most: string
}

/**
 * SQL of rows that pass a filter, no two alike: all, in any order, where they are few, which an index in the order of what is
 * filtered finds, else the first by name, which are near among all. One plan does for any values; what is below OFFSET is read in the
 * order of names, whatever passes.
 */
export function fewOrByName({ columns, read, table, alias, place, condition, ...how }: Wanted) {
  const { within = 'true', range, by, most } = how
  const rows = `${table} ${alias} WHERE ${place}`
  const passes = condition.replaceAll(/\$\w+::\w+/g, unseen)
  return `(
    WITH few AS MATERIALIZED (SELECT ${columns} FROM ${rows} AND ${passes} ORDER BY ${range} LIMIT ${FEW + 1})
    SELECT DISTINCT * FROM few WHERE (SELECT count(*) FROM few) <= ${FEW}
    UNION ALL (
      SELECT DISTINCT ${columns} FROM (SELECT ${read} FROM ${rows} AND ${within} ORDER BY ${by} OFFSET 0) ${alias}
      WHERE ${passes} AND (SELECT count(*) FROM few) > ${FEW} ORDER BY ${by} LIMIT ${most}::bigint))`
}
