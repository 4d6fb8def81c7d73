/** Who may wait for an answer of an issuer, so that slow ones leave room to the others. */
const MAX_OF_ONE = 100
/** Once so many wait, each issuer is left with a few. */
const CROWD = 200
const MAX_OF_ONE_IN_A_CROWD = 5
const MAX = 400

/**
 * Counts those who wait, by issuer. A single slow issuer keeps a hundred waiting; many slow ones together
 * not more than 400.
 */
export function createWaitingRoom() {
  const waiting = new Map<string, number>()
  let total = 0

  return {
    /** @returns undefined where there is no room, else the function that leaves */
    enter(issuer: string): (() => void) | undefined {
      const own = waiting.get(issuer) ?? 0
      const limit = total < CROWD ? MAX_OF_ONE : MAX_OF_ONE_IN_A_CROWD
      if (total >= MAX || own >= limit) return undefined
      waiting.set(issuer, own + 1)
      total += 1
      return () => {
        const left = (waiting.get(issuer) ?? 1) - 1
        if (left === 0) waiting.delete(issuer)
        else waiting.set(issuer, left)
        total -= 1
      }
    },
  }
}
