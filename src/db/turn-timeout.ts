import { CONNECT_TIMEOUT } from './timeouts.ts'
import { TURN_TIMEOUT } from './unavailability.ts'

/**
 * Limits how long a change waits for others on this server to as long as anything waits for a connection: where one of them is
 * held up, so would be all behind it.
 *
 * @param giveUp told why, which `whyUnavailable` knows
 * @returns to be called once its turn has come
 */
export function limitWait(giveUp: (why: Error) => void): () => void {
  const timer = setTimeout(() => giveUp(new Error(TURN_TIMEOUT)), CONNECT_TIMEOUT)
  return () => clearTimeout(timer)
}
