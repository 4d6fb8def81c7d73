import { invalidRequest } from './errors.ts'
import { isId } from './runtime.ts'

/** An opaque position in a list that is ordered by name: the last name given out. */
export const formatPageToken = (lastName: string) => Buffer.from(lastName).toString('base64url')

/** @throws {ServiceError} `invalid_request` for anything that `formatPageToken` cannot have made */
export const parsePageToken = (token: string) => {
  const name = Buffer.from(token, 'base64url').toString()
  if (name === '' || name.includes('\0') || formatPageToken(name) !== token) {
    throw invalidRequest('next_page is not a page of this list')
  }
  return name
}

/** An opaque position in a list that is ordered by creation: the last id given out. */
export const parseIdPageToken = (token: string) => {
  const id = parsePageToken(token)
  if (!isId(id)) throw invalidRequest('next_page is not a page of this list')
  return id
}

/**
 * Cuts rows that were read one beyond `limit`, to know whether there is another page.
 *
 * @param position of a row in the list, unique and not empty
 */
export function cutPage<Row>(rows: Row[], limit: number, position: (row: Row) => string) {
  const page = rows.slice(0, limit)
  const last = page.length < rows.length ? page.at(-1) : undefined
  return { page, nextPage: last && formatPageToken(position(last)) }
}
