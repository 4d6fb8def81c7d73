import { type Items, mapItems, type Pieces } from './json-pieces.ts'
import { formatPageToken } from './page-token.ts'

/** Most items of a page. */
export const PAGE_SIZE = {
  /** For lists without a reason for another size. */
  usual: 100,
  /** For lists of accounts, unless the caller asks for another size, up to `usual`. */
  accounts: 50,
  /** For API tokens of a robot, as in Quay. */
  robotApiTokens: 50,
  /** For the audit log, as in Quay. */
  log: 20,
  /** For each kind of thing that a search of names finds, as in Quay. */
  found: 10,
  /** For lists that have no pages in Quay, so that its clients expect all at once. */
  whole: 10_000,
}

/** A part of a list. */
export interface Page<Item> {
  items: Item[]
  /** The token of the next page; undefined on the last one. */
  nextPage: string | undefined
}

/** A part of a list that comes in pieces. */
export interface LongPage<Item> {
  items: Pieces<Item>
  /** The same as in `Page`; known once the last piece has come. */
  nextPage: () => string | undefined
}

/** Which rows of a list are read at once: those after a position, `undefined` being its beginning. */
export interface Slice<Position = string> {
  after: Position | undefined
  limit: number
}

/**
 * Cuts rows that were read one beyond `limit`, to know whether there is another page.
 *
 * @param position of a row in the list, unique and not empty
 */
export function cutPage<Row>(
  rows: Row[],
  limit: number,
  position: (row: Row) => string,
): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.length < rows.length ? items.at(-1) : undefined
  return { items, nextPage: last && formatPageToken(position(last)) }
}

/** The same page with other items. */
export function mapPage<From, To>(page: Page<From>, map: (item: From) => To): Page<To>
export function mapPage<From, To>(page: LongPage<From>, map: (item: From) => To): LongPage<To>
export function mapPage<From, To>(
  { items, nextPage }: { items: Items<From>; nextPage: unknown },
  map: (item: From) => To,
) {
  return { items: mapItems(items, map), nextPage }
}
