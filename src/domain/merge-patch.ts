/**
 * What a JSON merge patch makes of a document (RFC 7396 §2): null takes a key away, an object changes what it names, and
 * anything else, a list too, takes the place of what was there.
 */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(isObject(document) ? Object.entries(document) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The merge patch that makes one document of another. A key whose value shall be null is left out: no patch says that. */
export function patchBetween(before: object, after: object): Record<string, unknown> {
  const wanted = new Map(Object.entries(after))
  const gone = Object.keys(before).filter((key) => !wanted.has(key))
  const old = new Map(Object.entries(before))
  const set = [...wanted]
    .filter(([, value]) => value !== null)
    .map(([key, value]) => {
      const former = old.get(key)
      return [key, isObject(value) && isObject(former) ? patchBetween(former, value) : value]
    })
  return Object.fromEntries([...gone.map((key) => [key, null]), ...set])
}
