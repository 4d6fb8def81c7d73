import type { Unavailability } from '../db/unavailability.ts'
import { unavailable } from '../domain/errors.ts'

const WORDS: Record<Unavailability, string> = {
  unreachable: 'The database cannot be reached',
  too_slow: 'The database took too long: ask for less at a time, or when there is less to do',
  conflict: 'The database had too many changes of the same thing at once',
  full: 'The database has no room',
  read_only: 'The database takes no changes for now',
}

/** Seconds to wait after the database did not serve a request. */
const RETRY_AFTER = 5

/** What a caller is told whom the database did not serve. */
export const databaseUnavailable = (fault: Unavailability, cause: unknown) =>
  unavailable(WORDS[fault], RETRY_AFTER, cause)
