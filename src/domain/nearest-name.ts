/**
 * Of the known names the one that was probably meant; undefined where none is like it.
 *
 * @param most letters that may differ; by default a third of them: `isuer` may mean `issuer`, `url` may not
 */
export function nearestName(
  name: string,
  known: readonly string[],
  most = Number.POSITIVE_INFINITY,
): string | undefined {
  const wanted = plain(name)
  const allowed = Math.min(most, Math.floor(wanted.length / 3))
  const ranked = known
    // What differs that much in length differs in as many letters; a caller's name may be very long.
    .filter((candidate) => Math.abs(plain(candidate).length - wanted.length) <= allowed)
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best && best.distance <= allowed ? best.candidate : undefined
}

/** "did you mean …?" where a known name is near, else all of them. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return nearest === undefined ? `known: ${known.join(', ')}` : `did you mean ${nearest}?`
}

/** `tokenLifetime`, `token-lifetime` and `TOKEN_LIFETIME` are one name. */
const plain = (name: string) => name.toLowerCase().replace(/[-_\s]/g, '')

/** Letters to add, drop, change or swap with the next one (optimal string alignment). */
function distanceOf(from: string, to: string): number {
  let before: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const next = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = from[row - 2] === to[column - 1] && from[row - 1] === to[column - 2]
      next.push(
        Math.min(
          at(last, column) + 1,
          at(next, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          row > 1 && column > 1 && swapped ? at(before, column - 2) + 1 : Infinity,
        ),
      )
    }
    before = last
    last = next
  }
  return at(last, to.length)
}

const at = (row: number[], column: number) => row[column] ?? Infinity
