import type { Performer } from './actor.ts'
import { invalidRequest, ServiceError } from './errors.ts'

/** What must still be there for a change to be made: anything, or one of these entity tags. */
export type IfMatch = '*' | readonly string[]

/** Who changes something, and what it must still be. */
export interface Change {
  performer: Performer
  ifMatch?: IfMatch | undefined
}

/** The entity tag of what has a version, which rises with every change of it. */
export const versionTag = ({ id, version }: { id: string; version: number }) => `"${id}.${version}"`

/** RFC 9110 §8.8.3; a weak one comes with its `W/`. */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g

/**
 * Reads `If-Match` (RFC 9110 §13.1.1).
 *
 * @returns undefined where there is no such header
 * @throws {ServiceError} `invalid_request`
 */
export function parseIfMatch(header: string | undefined): IfMatch | undefined {
  if (header === undefined) return undefined
  if (header.trim() === '*') return '*'
  const tags = header.match(TAG)
  if (tags && /^[\s,]*$/.test(header.replaceAll(TAG, ''))) return tags
  throw invalidRequest('If-Match must be * or a list of ETags as they were sent, in double quotes')
}

/**
 * Holds a change to what its caller has seen. Weak tags are never equal here (RFC 9110 §8.8.3.2).
 *
 * @param tag of what is there now
 * @throws {ServiceError} `precondition_failed`
 */
export function assertMatch(wanted: IfMatch | undefined, tag: string) {
  if (wanted === undefined || wanted === '*' || wanted.includes(tag)) return
  throw new ServiceError(
    'precondition_failed',
    'It has changed since it was read (If-Match): get it again, and send the change with the ETag that it has now',
  )
}
