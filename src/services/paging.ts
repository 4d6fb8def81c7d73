import { cutPage, PAGE_SIZE, type Page, type Slice } from '../domain/page.ts'
import { parseIdPageToken, parsePageToken } from '../domain/page-token.ts'

export interface PageQuery {
  /** Most items of a page; the usual number where it is left out. */
  limit?: number
  /** The `nextPage` of the page before; undefined: the first page. */
  nextPage: string | undefined
}

/** The order of a list: how the position in a page token is read, and which position a row has. */
export interface Order<Row, Position> {
  /** @throws {ServiceError} `invalid_request` */
  parse: (token: string) => Position
  of: (row: Row) => string
}

export const BY_NAME: Order<{ name: string }, string> = {
  parse: parsePageToken,
  of: ({ name }) => name,
}

/** By creation: ids are made in the order of time. */
export const BY_ID: Order<{ id: string }, string> = { parse: parseIdPageToken, of: ({ id }) => id }

/** Roles in repositories of one namespace. */
export const BY_REPOSITORY: Order<{ repository: string }, string> = {
  parse: parsePageToken,
  of: ({ repository }) => repository,
}

/**
 * Reads one row more than a page holds, to know whether there is another page.
 *
 * @throws {ServiceError} `invalid_request` for a `nextPage` that no page of such a list had
 */
export async function readPage<Row extends Shape, Shape, Position>(
  { limit = PAGE_SIZE.usual, nextPage }: PageQuery,
  order: Order<Shape, Position>,
  read: (slice: Slice<Position>) => Promise<Row[]>,
): Promise<Page<Row>> {
  const after = nextPage === undefined ? undefined : order.parse(nextPage)
  return cutPage(await read({ after, limit: limit + 1 }), limit, order.of)
}

/** All items of a list, page by page. */
export async function* itemsOf<Item>(
  page: (nextPage: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, void> {
  let nextPage: string | undefined
  do {
    const found = await page(nextPage)
    yield* found.items
    nextPage = found.nextPage
  } while (nextPage !== undefined)
}
