/** A value in the text format of PostgreSQL, or as bytes. */
export function toParameter(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
  if (Array.isArray(value)) return `{${value.map(toElement).join(',')}}`
  return String(value)
}

const toElement = (item: unknown) => `"${String(item).replace(/[\\"]/g, '\\$&')}"`
