/**
 * Bytes of descriptions that one read of a list gives out at most, and one description more: users write them, and each
 * may have a quarter of a MiB.
 */
const MOST_BYTES = 1_048_576

/** A row of a list with a description. */
export interface HeavyRow {
  /** Whether there was room for its description, which is empty otherwise: the list goes on before it. */
  fits: boolean
}

/**
 * Leaves out of the rows of a query the descriptions for which one read has no room. It looks at their lengths alone, for
 * which PostgreSQL reads none of them.
 *
 * @param query with a column `description`
 * @param columns the other ones
 * @param order of the rows
 */
export const withoutHeavyTexts = (query: string, columns: string[], order: string) => `
  SELECT ${columns.join(', ')}, fits, CASE WHEN fits THEN description ELSE '' END AS description
  FROM (SELECT found.*, sum(octet_length(description)) OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING)
                        - octet_length(description) < ${MOST_BYTES} AS fits
        FROM (${query}) found) weighed
  ORDER BY ${order}`
