import { createTally } from '../domain/tally.ts'
import { MAX_OF_CALLER_IN_A_CROWD, MAX_OF_ONE_IN_A_CROWD, mostOfIssuer } from './issuer-limits.ts'

/**
 * Counts those who wait for answers of issuers, so that slow issuers leave room for the others: two fifths of the places
 * are the most for one issuer. Once half of all are taken, one issuer has only a few, and so have the callers of one
 * network.
 *
 * @param places how many may wait at a time
 */
export function createWaitingRoom(places: number) {
  const crowd = Math.floor(places / 2)
  const maxOfIssuer = mostOfIssuer(places)
  const ofIssuer = createTally()
  const ofCaller = createTally()
  let total = 0

  function hasRoom(issuer: string, caller: string) {
    if (total < crowd) return ofIssuer.count(issuer) < maxOfIssuer
    return (
      total < places &&
      ofIssuer.count(issuer) < MAX_OF_ONE_IN_A_CROWD &&
      ofCaller.count(caller) < MAX_OF_CALLER_IN_A_CROWD
    )
  }

  return {
    /** @returns undefined where there is no room, else the function that leaves */
    enter(issuer: string, caller: string): (() => void) | undefined {
      if (!hasRoom(issuer, caller)) return undefined
      ofIssuer.add(issuer, 1)
      ofCaller.add(caller, 1)
      total += 1
      return () => {
        ofIssuer.add(issuer, -1)
        ofCaller.add(caller, -1)
        total -= 1
      }
    },
  }
}
