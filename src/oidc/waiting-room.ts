import { createTally } from '../domain/tally.ts'

/** Waits of one issuer, and of one caller, once many wait. */
const MAX_OF_ONE_IN_A_CROWD = 5
const MAX_OF_CALLER_IN_A_CROWD = 20

/**
 * Counts those who wait for answers of issuers, so that slow ones leave room to the others: an issuer may keep some
 * waiting, and once half of the places are taken only a few, as may each caller, by their network.
 *
 * @param places for all that may wait at a time
 */
export function createWaitingRoom(places: number) {
  const crowd = Math.floor(places / 2)
  const maxOfIssuer = Math.ceil(places * 0.4)
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
