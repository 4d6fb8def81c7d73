import { type ErrorCode, invalidRequest, ServiceError } from './errors.ts'

/** Most things that one request changes together: all of them are locked until the last is done. */
export const MOST_AT_ONCE = 100

/** Of one of several things, that it is not there makes the request a bad one. */
const NOT_THERE: readonly ErrorCode[] = ['not_found', 'robot_not_found']

/**
 * Does a part of several changes.
 *
 * @param what says which one: `acme+ci in web`
 * @throws {ServiceError} what it throws, with that before its words
 */
export async function within<Done>(what: string, work: () => Promise<Done>): Promise<Done> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const code = NOT_THERE.includes(error.code) ? 'invalid_request' : error.code
    throw new ServiceError(code, `${what}: ${error.message}`, { cause: error })
  }
}

/**
 * Things in one order, in which all lock them, so that none waits for another who waits for it.
 *
 * @param nameOf tells them apart
 * @param key of the request, that has them
 * @throws {ServiceError} `invalid_request` where one is there twice
 */
export function inOneOrder<Thing>(
  things: readonly Thing[],
  nameOf: (thing: Thing) => string,
  key: string,
): Thing[] {
  const named = things.map((thing) => [nameOf(thing), thing] as const)
  const sorted = named.sort(([one], [other]) => (one < other ? -1 : 1))
  const twice = sorted.find(([name], at) => sorted[at + 1]?.[0] === name)
  if (twice) throw invalidRequest(`${key}: ${twice[0]} is there twice`)
  return sorted.map(([, thing]) => thing)
}
