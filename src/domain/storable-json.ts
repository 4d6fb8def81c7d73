/** Whether a text can be stored: without NUL, and without half a surrogate pair. Others are refused everywhere. */
export const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0')

/** Deepest nesting of a JSON value that is kept. */
const MAX_DEPTH = 100

/** Whether a number keeps its value: larger integers lose digits, and others may become infinite. */
const isExact = (number: number) =>
  Number.isInteger(number) ? Number.isSafeInteger(number) : Number.isFinite(number)

/** Whether a JSON value comes back as it was sent: its texts, and its numbers, which are IEEE 754 doubles here. */
export function isStorableJson(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value === 'number') return isExact(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth >= MAX_DEPTH) return false
  if (Array.isArray(value)) return value.every((item) => isStorableJson(item, depth + 1))
  return Object.entries(value).every(
    ([key, item]) => isStorable(key) && isStorableJson(item, depth + 1),
  )
}
