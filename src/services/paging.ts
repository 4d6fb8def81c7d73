import { cutPage, parseIdPageToken, parsePageToken } from '../domain/page-token.ts'

export interface PageQuery {
  /** Most rows of a page. */
  limit: number
  /** The `next_page` of the page before; undefined: the first page. */
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

/**
 * Reads one row more than a page holds, to know whether there is another page.
 *
 * @throws {ServiceError} `invalid_request` for a `nextPage` that no page of such a list had
 */
export async function readPage<Row extends Shape, Shape, Position>(
  { limit, nextPage }: PageQuery,
  order: Order<Shape, Position>,
  read: (page: { after: Position | undefined; limit: number }) => Promise<Row[]>,
) {
  const after = nextPage === undefined ? undefined : order.parse(nextPage)
  return cutPage(await read({ after, limit: limit + 1 }), limit, order.of)
}
