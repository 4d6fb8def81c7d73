/**
 * The one of `types` that a caller wants most (RFC 9110 §12.5.1): by quality, then in the order of `types`. The first of
 * them where the caller says nothing, or takes none.
 */
export function preferredType(accept: string | undefined, types: readonly [string, ...string[]]) {
  const ranges = (accept ?? '').split(',').map(parseRange)
  const qualities = types.map((type) => qualityOf(type, ranges))
  const best = Math.max(...qualities)
  return best === 0 ? types[0] : (types[qualities.indexOf(best)] ?? types[0])
}

interface Range {
  type: string
  quality: number
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = weight === undefined ? 1 : Number(weight.slice(2))
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 }
}

/** The quality that the caller gives the most specific range which covers the type. */
function qualityOf(type: string, ranges: Range[]): number {
  for (const wanted of [type, `${type.split('/', 1)[0]}/*`, '*/*']) {
    const range = ranges.find((one) => one.type === wanted)
    if (range) return range.quality
  }
  return 0
}

/** Whether a caller shows pages to a person, as browsers do that go to an address. */
export const acceptsHtml = (accept: string | undefined) => /\btext\/html\b/i.test(accept ?? '')
