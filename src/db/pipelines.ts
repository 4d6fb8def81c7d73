import type { Socket } from 'node:net'
import type pg from 'pg'
import { isStatementError } from './driver-fault.ts'
import type { PreparedQuery } from './prepared-query.ts'
import { LOOK_UP_TIMEOUT } from './timeouts.ts'
import { whyUnavailable } from './unavailability.ts'

/** How many connections look-ups share. */
const MOST_PIPELINES = 2

/** How many look-ups may wait for their answers on one connection. */
const MOST_UNDER_WAY = 16

/**
 * How long the first of them may have waited (ms) for another one to join. It would be stuck behind a slow one, or told too
 * soon that there is no connection; and what is sent to a server that has fallen silent puts off that its silence is
 * noticed (`db/postgres.ts`).
 */
const LONGEST_WAIT = 200

const streamOf = (client: pg.PoolClient) => client.connection.stream as Socket

export type Pipeline = ReturnType<typeof createPipeline>

/**
 * Connections on which look-ups are sent without waiting for the answers of those before them. Under load, server and
 * database then wake each other once for several. At least half of the pool's connections remain for all else.
 */
export function createPipelines(pool: pg.Pool) {
  const length = Math.min(MOST_PIPELINES, Math.floor(pool.options.max / 2))
  const pipelines = Array.from({ length }, () => createPipeline(pool))
  return {
    /** The one with the fewest look-ups under way; undefined where none has room. */
    withRoom(): Pipeline | undefined {
      let found: Pipeline | undefined
      for (const one of pipelines) {
        if (one.length() < (found?.length() ?? MOST_UNDER_WAY) && !one.isHeldUp()) found = one
      }
      return found
    },
  }
}

/** It has a connection of the pool for as long as something is under way. */
function createPipeline(pool: pg.Pool) {
  let open: { client: pg.PoolClient; end(error?: Error): void } | undefined
  /** In the order in which they are sent, and answered. */
  let underWay: { query: Pick<PreparedQuery<unknown>, 'send'>; fail(error: Error): void }[] = []
  /** Since when the first is the first. */
  let waitingSince = 0

  function connect() {
    pool.connect((problem, client, release) => {
      if (!client) return breakOff(problem as Error)
      // An error of the connection needs a listener; what it says reaches the first query's callback as well.
      function onBreak() {}
      client.on('error', onBreak)
      function end(error?: Error) {
        client?.removeListener('error', onBreak)
        open = undefined
        release(error)
      }
      open = { client, end }
      const stream = streamOf(client)
      stream.setTimeout(Math.min(stream.timeout ?? LOOK_UP_TIMEOUT, LOOK_UP_TIMEOUT))
      for (const { query } of underWay) query.send(client)
      listen()
    })
  }

  /** Has the client take what it hears next for the answer of the first. */
  function listen() {
    const [first] = underWay
    waitingSince = performance.now()
    if (first) open?.client.query(first.query as unknown as pg.Submittable)
    else open?.end()
  }

  /** Whatever is under way has lost its connection. */
  function breakOff(error: Error) {
    const lost = underWay
    underWay = []
    if (open) {
      const { client, end } = open
      end(error)
      // The pool says good-bye, and the server would do first what else it was sent.
      streamOf(client).destroy()
    }
    for (const { fail } of lost) fail(error)
  }

  return {
    length: () => underWay.length,
    isHeldUp: () => underWay.length > 0 && performance.now() - waitingSince > LONGEST_WAIT,

    run<Row>(query: PreparedQuery<Row>): void {
      const settle = query.callback
      query.callback = (error, rows) => {
        // Where the server gave one up, all others have waited as long, and may each have to wait so again.
        const goesOn = !error || (isStatementError(error) && whyUnavailable(error) !== 'too_slow')
        if (!goesOn) return breakOff(error)
        underWay.shift()
        listen()
        settle(error, rows)
      }
      underWay.push({ query, fail: (error) => settle(error, []) })
      if (underWay.length === 1) {
        waitingSince = performance.now()
        connect()
      } else if (open) query.send(open.client)
    },
  }
}
