import { setImmediate as turn } from 'node:timers/promises'
import type { PGlite } from '@electric-sql/pglite'

/** Longest time of queries in a row without a look at what else there is to do (ms). */
const BREATH = 10

/**
 * What `pg`'s bridge needs of PGlite, with turns of the event loop in between. PGlite answers at once, so that queries
 * that follow each other would go on for as long as there are any, while sockets are neither read nor accepted: Node
 * accepts one connection a turn.
 */
export function takingTurns(pglite: PGlite): PGlite {
  let turnedAt = performance.now()
  const execProtocolStream: PGlite['execProtocolStream'] = async (...message) => {
    if (performance.now() - turnedAt > BREATH) {
      await turn()
      turnedAt = performance.now()
    }
    return pglite.execProtocolStream(...message)
  }
  return { execProtocolStream, waitReady: pglite.waitReady } as PGlite
}
