import { setImmediate as turn } from 'node:timers/promises'
import type { PGlite } from '@electric-sql/pglite'

/** Longest time of queries in a row without a look at what else there is to do (ms). */
const BREATH = 10

/** Messages that end a query, and are answered by ReadyForQuery (PostgreSQL protocol, "Message Formats"). */
const ENDS = ['Q', 'S'].map((type) => type.charCodeAt(0))

/**
 * What `pg`'s bridge needs of PGlite, with turns of the event loop in between. PGlite answers at once, so that queries
 * that follow each other would go on for as long as there are any, while sockets are neither read nor accepted: Node
 * accepts one connection a turn.
 *
 * Turns are taken between queries, never within one: after an error, a query's Sync still is to come when whoever asked
 * has been told, and the connection closed. The next one shares the bridge, and would take the answer for its own.
 */
export function takingTurns(pglite: PGlite): PGlite {
  let turnedAt = performance.now()
  let isBetween = true
  const execProtocolStream: PGlite['execProtocolStream'] = async (message, options) => {
    if (isBetween && performance.now() - turnedAt > BREATH) {
      await turn()
      turnedAt = performance.now()
    }
    isBetween = ENDS.includes(message[0] ?? 0)
    return pglite.execProtocolStream(message, options)
  }
  return { execProtocolStream, waitReady: pglite.waitReady } as PGlite
}
