/**
 * One read of a list gives out descriptions until they have so many bytes; the last one may go beyond. Users write them,
 * and each may have a quarter of a MiB.
 */
const MOST_BYTES = 1_048_576

/** A row of a list with a description. */
export interface HeavyRow {
  /** Whether there was room for its description. Otherwise that is empty here, and the next read begins with this row. */
  fits: boolean
}

/**
 * Empties the descriptions, in the rows of a query, for which one read has no room. It looks at their lengths only, which
 * PostgreSQL knows without reading them.
 *
 * @param query with a column `description`
 * @param columns its other columns
 * @param order of the rows
 */
export const withoutHeavyTexts = (query: string, columns: string[], order: string) => `
  SELECT ${columns.join(', ')}, fits, CASE WHEN fits THEN description ELSE '' END AS description
  FROM (SELECT found.*, sum(octet_length(description)) OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING)
                        - octet_length(description) < ${MOST_BYTES} AS fits
        FROM (${query}) found) weighed
  ORDER BY ${order}`
