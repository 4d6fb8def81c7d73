/** `*` is a run of anything but `/` and `:`, `**` of anything; both may be empty. */
type Wildcard = '*' | '**'

/** A pattern in parts: a literal, then each wildcard with the literal that follows it. */
export interface Glob {
  first: string
  rest: { wildcard: Wildcard; literal: string }[]
}

export const MAX_STARS = 4
export const MAX_LENGTH = 512

const [SLASH, COLON] = [0x2f, 0x3a]

const TOKEN = /\\.|\*\*|./gsu

/**
 * Reads a pattern of a whole text: `*`, `**`, and `\` before a character that stands for itself.
 *
 * @returns what is wrong with it, in words that follow its name, where something is
 */
export function parseGlob(pattern: string): Glob | { problem: string } {
  const characters = [...pattern]
  if (characters.length > MAX_LENGTH) return { problem: `has more than ${MAX_LENGTH} characters` }
  const glob: Glob = { first: '', rest: [] }
  let stars = 0
  for (const [token] of pattern.matchAll(TOKEN)) {
    if (token === '\\') return { problem: 'ends with a \\ that stands before nothing' }
    if (token === '*' || token === '**') {
      stars += token.length
      glob.rest.push({ wildcard: token, literal: '' })
      continue
    }
    const text = token.startsWith('\\') ? token.slice(1) : token
    const last = glob.rest.at(-1)
    if (last) last.literal += text
    else glob.first += text
  }
  return stars > MAX_STARS ? { problem: `has more than ${MAX_STARS} stars` } : glob
}

/**
 * Whether a text is one that the pattern stands for. It takes time in proportion to the length of the text: all places
 * where the part of the pattern up to a literal may end are kept, and the next literal is looked for from all at once.
 */
export function matchesGlob({ first, rest }: Glob, text: string): boolean {
  if (!text.startsWith(first)) return false
  let ends: Uint8Array = new Uint8Array(text.length + 1)
  ends[first.length] = 1
  for (const { wildcard, literal } of rest) {
    const starts = wildcard === '**' ? afterRun(ends) : afterSegment(ends, text)
    if (literal === '') {
      ends = starts
      continue
    }
    ends = new Uint8Array(text.length + 1)
    for (const start of placesOf(literal, text)) ends[start + literal.length] = starts[start] ?? 0
  }
  return ends[text.length] === 1
}

/** Where `**` may end that begins at one of the places. */
function afterRun(places: Uint8Array): Uint8Array {
  const first = places.indexOf(1)
  return first < 0 ? places : places.fill(1, first)
}

/** Where `*` may end that begins at one of the places: not beyond the next separator. */
function afterSegment(places: Uint8Array, text: string): Uint8Array {
  for (let index = 0; index < text.length; index++) {
    if (places[index] === 1 && !isSeparator(text.charCodeAt(index))) places[index + 1] = 1
  }
  return places
}

const isSeparator = (code: number) => code === SLASH || code === COLON

/** All places where the literal stands in the text, overlapping ones too (Knuth, Morris and Pratt). */
function placesOf(literal: string, text: string): number[] {
  const borders = bordersOf(literal)
  const places: number[] = []
  let matched = 0
  for (let index = 0; index < text.length; index++) {
    matched = extended(literal, borders, matched, text.charCodeAt(index))
    if (matched === literal.length) {
      places.push(index - matched + 1)
      matched = borders[matched - 1] as number
    }
  }
  return places
}

/** For each beginning of the text, how long the longest shorter beginning is that it ends with. */
function bordersOf(text: string): number[] {
  const borders = [0]
  for (let index = 1; index < text.length; index++) {
    borders.push(extended(text, borders, borders[index - 1] as number, text.charCodeAt(index)))
  }
  return borders
}

/** How much of the literal is matched after one more character, where so much was before. */
function extended(literal: string, borders: number[], matched: number, character: number) {
  let length = matched
  while (length > 0 && literal.charCodeAt(length) !== character) {
    length = borders[length - 1] as number
  }
  return literal.charCodeAt(length) === character ? length + 1 : length
}
