import type { Clock } from './runtime.ts'

/** How long a place stays known after a right password (ms). */
const KNOWN_MS = 30 * 24 * 3_600_000
const MAX_ACCOUNTS = 5_000
const MAX_PLACES = 8

/**
 * From where accounts were logged in to with the right password: the newest 8 places each of the 5,000 accounts
 * that were last logged in to, so that no account can make others forgotten.
 */
export function createKnownPlaces(clock: Clock) {
  const accounts = new Map<string, Map<string, number>>()

  return {
    has: (account: string, place: string) =>
      (accounts.get(account)?.get(place) ?? 0) > clock().getTime() - KNOWN_MS,

    add(account: string, place: string) {
      const places = accounts.get(account) ?? new Map<string, number>()
      addNewest(accounts, account, places, MAX_ACCOUNTS)
      addNewest(places, place, clock().getTime(), MAX_PLACES)
    },
  }
}

/** Puts the value last, and lets the first go where there are too many. */
function addNewest<Value>(map: Map<string, Value>, key: string, value: Value, most: number) {
  map.delete(key)
  map.set(key, value)
  if (map.size > most) map.delete(map.keys().next().value as string)
}
