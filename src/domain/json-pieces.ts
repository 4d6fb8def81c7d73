/** A list that comes in pieces; the next one is made when it is asked for. */
export type Pieces<Item> = AsyncIterable<Item[]>

/** A list that is there as a whole, or comes in pieces. */
export type Items<Item> = Item[] | Pieces<Item>

/** Gives a value that is known only when everything before it has been written. */
type Late = () => unknown

const arePieces = (value: unknown): value is Pieces<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** Whether an item of a list in pieces holds such a list itself. */
const isNested = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.values(value).some(arePieces)

/** Marks a list of [key, value] that is written as an object. */
export class Entries<Value> {
  readonly pieces: Pieces<readonly [string, Value]>
  constructor(pieces: Pieces<readonly [string, Value]>) {
    this.pieces = pieces
  }
}

/**
 * The JSON of an object, some of whose members, or members of theirs, are lists in pieces: a text for each piece, so
 * that no more of it is in memory at a time. Members that are undefined are left out.
 *
 * @returns the last text
 */
export async function* jsonText(document: object): AsyncGenerator<string, string, void> {
  let text = ''
  for await (const part of partsOf(document)) {
    if (part === END_OF_PIECE) {
      yield text
      text = ''
    } else {
      text += part
    }
  }
  return text
}

const END_OF_PIECE = Symbol('end of a piece')

async function* partsOf(document: object): AsyncGenerator<string | typeof END_OF_PIECE> {
  let separator = '{'
  for (const [key, given] of Object.entries(document)) {
    const value = typeof given === 'function' ? (given as Late)() : given
    if (value === undefined) continue
    yield `${separator}${JSON.stringify(key)}:`
    separator = ','
    if (value instanceof Entries) yield* listOf(value.pieces, '{}', writeEntry)
    else if (arePieces(value)) yield* listOf(value, '[]', writeItem)
    else yield JSON.stringify(value)
  }
  yield separator === '{' ? '{}' : '}'
}

async function* listOf<Item>(
  pieces: Pieces<Item>,
  [open, close]: string,
  write: (item: Item) => string | object,
): AsyncGenerator<string | typeof END_OF_PIECE> {
  yield open as string
  let separator = ''
  for await (const items of pieces) {
    let text = ''
    for (const item of items) {
      const written = write(item)
      if (typeof written === 'string') text += separator + written
      else {
        yield text + separator
        text = ''
        yield* partsOf(written)
      }
      separator = ','
    }
    yield text
    yield END_OF_PIECE
  }
  yield close as string
}

const writeItem = (item: unknown) => (isNested(item) ? item : JSON.stringify(item))

const writeEntry = ([key, value]: readonly [string, unknown]) =>
  `${JSON.stringify(key)}:${JSON.stringify(value)}`

/** The same pieces with other items. */
export async function* mapPieces<From, To>(
  pieces: Pieces<From>,
  map: (item: From) => To,
): AsyncGenerator<To[], void, void> {
  for await (const items of pieces) yield items.map(map)
}

export const mapItems = <From, To>(items: Items<From>, map: (item: From) => To): Items<To> =>
  Array.isArray(items) ? items.map(map) : mapPieces(items, map)

/** The same pieces; does `work` before it gives out the first one that is not empty. */
export async function* beforeFirst<Item>(
  pieces: Pieces<Item>,
  work: () => Promise<unknown>,
): AsyncGenerator<Item[], void, void> {
  let isDone = false
  for await (const items of pieces) {
    if (!isDone && items.length > 0) {
      await work()
      isDone = true
    }
    yield items
  }
}
