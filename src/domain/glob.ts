/** `*` is a run of anything but `/` and `:`, `**` of anything; both may be empty. */
type Wildcard = '*' | '**'

/** A pattern in parts: a literal, then each wildcard with the literal that follows it. */
interface Glob {
  first: string
  rest: { wildcard: Wildcard; literal: string; borders: Uint16Array }[]
  /** Characters that a text has at least: those of all literals. */
  shortest: number
}

const MAX_STARS = 4
export const MAX_LENGTH = 512

const [STAR, SLASH, COLON, BACKSLASH] = [0x2a, 0x2f, 0x3a, 0x5c]

/**
 * Reads a pattern of a whole text: `*`, `**`, and `\` before a character that stands for itself.
 *
 * @returns what is wrong with it, in words that follow its name, where something is
 */
export function parseGlob(pattern: string): Glob | { problem: string } {
  if (isTooLong(pattern)) return { problem: `has more than ${MAX_LENGTH} characters` }
  const literals = ['']
  const wildcards: Wildcard[] = []
  for (let index = 0; index < pattern.length; ) {
    if (pattern[index] === '*') {
      const wildcard = pattern[index + 1] === '*' ? '**' : '*'
      wildcards.push(wildcard)
      literals.push('')
      index += wildcard.length
    } else {
      const start = pattern[index] === '\\' ? index + 1 : index
      if (start === pattern.length) return { problem: 'ends with a \\ that stands before nothing' }
      index = endOfPlain(pattern, start + 1)
      literals[wildcards.length] += pattern.slice(start, index)
    }
  }
  if (wildcards.join('').length > MAX_STARS) return { problem: `has more than ${MAX_STARS} stars` }
  return globOf(literals, wildcards)
}

const isTooLong = (pattern: string) =>
  pattern.length > MAX_LENGTH && [...pattern].length > MAX_LENGTH

/** Where characters end that stand for themselves. Faster than a regular expression: a robot may have 200 patterns to try. */
function endOfPlain(pattern: string, from: number): number {
  let index = from
  while (index < pattern.length && !isSpecial(pattern.charCodeAt(index))) index += 1
  return index
}

const isSpecial = (code: number) => code === STAR || code === BACKSLASH

function globOf([first = '', ...literals]: string[], wildcards: Wildcard[]): Glob {
  const rest = wildcards.map((wildcard, index) => {
    const literal = literals[index] as string
    return { wildcard, literal, borders: bordersOf(literal) }
  })
  return { first, rest, shortest: first.length + literals.join('').length }
}

/**
 * Whether a text is one that the pattern stands for. It takes time in proportion to the length of the text: all places
 * where the part of the pattern up to a literal may end are kept, and the next literal is looked for from all at once.
 */
export function matchesGlob({ first, rest, shortest }: Glob, text: string): boolean {
  if (text.length < shortest || !text.startsWith(first)) return false
  let ends: Uint8Array = new Uint8Array(text.length + 1)
  ends[first.length] = 1
  for (const part of rest) {
    const starts = part.wildcard === '**' ? afterRun(ends) : afterSegment(ends, text)
    ends = afterLiteral(starts, text, part)
  }
  return ends[text.length] === 1
}

/** How much of a text, in UTF-16 units, could be the beginning of one that the pattern stands for. */
export function fittingLength({ first, rest }: Glob, text: string): number {
  let fitting = alikeAt(0, first, text)
  if (fitting < first.length) return fitting
  let ends: Uint8Array = new Uint8Array(text.length + 1)
  ends[first.length] = 1
  for (const part of rest) {
    const starts = part.wildcard === '**' ? afterRun(ends) : afterSegment(ends, text)
    for (let start = 0; start <= text.length; start++) {
      if (starts[start] === 1)
        fitting = Math.max(fitting, start + alikeAt(start, part.literal, text))
    }
    ends = afterLiteral(starts, text, part)
  }
  return fitting
}

/** How much of the literal the text has at a place. */
function alikeAt(start: number, literal: string, text: string): number {
  let length = 0
  while (length < literal.length && literal[length] === text[start + length]) length += 1
  return length
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

/** Where the literal ends that begins at one of the places (Knuth, Morris and Pratt). */
function afterLiteral(
  places: Uint8Array,
  text: string,
  { literal, borders }: Glob['rest'][number],
): Uint8Array {
  const { length } = literal
  if (length === 0) return places
  const ends = new Uint8Array(text.length + 1)
  let matched = 0
  for (let index = 0; index < text.length; index++) {
    if (matched === length) matched = borders[matched - 1] as number
    matched = extended(literal, borders, matched, text.charCodeAt(index))
    if (matched === length) ends[index + 1] = places[index + 1 - length] as number
  }
  return ends
}

/** For each beginning of the text, how long the longest shorter beginning is that it ends with. */
function bordersOf(text: string): Uint16Array {
  const borders = new Uint16Array(text.length)
  for (let index = 1; index < text.length; index++) {
    borders[index] = extended(text, borders, borders[index - 1] as number, text.charCodeAt(index))
  }
  return borders
}

/** How much of the literal is matched after one more character, where so much was before. */
function extended(literal: string, borders: Uint16Array, matched: number, character: number) {
  let length = matched
  while (length > 0 && literal.charCodeAt(length) !== character) {
    length = borders[length - 1] as number
  }
  return literal.charCodeAt(length) === character ? length + 1 : length
}
