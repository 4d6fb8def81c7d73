/** Milliseconds of a Retry-After (RFC 9110 §10.2.3) in seconds; undefined for a date, or nothing. */
export const retryAfterOf = (header: string | null | undefined): number | undefined =>
  header && /^\d{1,9}$/.test(header) ? Number(header) * 1000 : undefined
