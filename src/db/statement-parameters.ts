/** A value in the text format of PostgreSQL, or as bytes; null: NULL. */
export type Parameter = string | Buffer | null

/** @throws what the value does that has no text, such as an invalid date */
export function toParameter(value: unknown): Parameter {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
  if (Array.isArray(value)) return `{${value.map(toElement).join(',')}}`
  return String(value)
}

const toElement = (item: unknown) => `"${String(item).replace(/[\\"]/g, '\\$&')}"`
