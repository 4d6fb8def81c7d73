import { invalidRequest } from './errors.ts'
import { isId } from './ids.ts'

export const notAPage = () => invalidRequest('next_page is not a page of this list')

/** An opaque position in a list that is ordered by name: the last name given out. */
export const formatPageToken = (lastName: string) => Buffer.from(lastName).toString('base64url')

/** @throws {ServiceError} `invalid_request` for anything that `formatPageToken` cannot have made */
export function parsePageToken(token: string) {
  const name = Buffer.from(token, 'base64url').toString()
  if (name === '' || name.includes('\0') || formatPageToken(name) !== token) throw notAPage()
  return name
}

/** An opaque position in a list that is ordered by creation: the last id given out. */
export function parseIdPageToken(token: string) {
  const id = parsePageToken(token)
  if (!isId(id)) throw notAPage()
  return id
}
