import { setImmediate as turn } from 'node:timers/promises'
import type { PGlite } from '@electric-sql/pglite'

/** Longest time that queries follow each other before the event loop has a turn (ms). */
const BREATH = 10

/** Messages that end a query, and are answered by ReadyForQuery (PostgreSQL protocol, "Message Formats"). */
const ENDS = ['Q', 'S'].map((type) => type.charCodeAt(0))

/**
 * The part of PGlite that `pg`'s bridge uses, made to leave the event loop a turn between queries. PGlite answers within
 * the same turn. As long as one query followed the other, sockets would be neither read nor accepted (Node accepts one
 * connection a turn).
 *
 * A turn is never taken in the middle of a query. After an error, `pg` tells the caller, and may close the connection,
 * before it has sent the query's last message, Sync. The next connection shares the bridge: it would take the answer to
 * that Sync for its own.
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
