/** Longest copy of a caller's own data in an audit entry (bytes of JSON). */
const MAX_BYTES = 4096

/** A caller's data as it stands in the audit log: whole, or, where it is long, its size. */
export function auditable<T extends object | string>(
  data: T | null | undefined,
  maxBytes = MAX_BYTES,
): T | { omitted_bytes: number } | null {
  if (data === null || data === undefined) return null
  const bytes = Buffer.byteLength(JSON.stringify(data))
  return bytes > maxBytes ? { omitted_bytes: bytes } : data
}

/**
 * The beginning of a text that anybody may have sent. NUL and half a character are replaced: as JSON they can be
 * stored, but then the database reads nothing of the entry.
 *
 * @param max characters
 */
export const auditableText = (text: string, max: number): string =>
  [...text.slice(0, 2 * max)].slice(0, max).join('').toWellFormed().replaceAll('\0', '\ufffd')
