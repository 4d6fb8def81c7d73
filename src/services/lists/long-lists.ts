import { setImmediate as turn } from 'node:timers/promises'
import { unavailable } from '../../domain/errors.ts'
import type { Pieces } from '../../domain/json-text.ts'
import { createLimiter, type Requester } from '../../domain/limiter.ts'
import { cutPage, parsePageToken } from '../../domain/page-token.ts'
import { createTally } from '../../domain/tally.ts'
import type { Order } from '../paging.ts'

/** Slices that are read at a time. */
const CONCURRENCY = 2
/** Requests whose lists are being sent at a time, of all callers and of one. */
const MOST_LISTS = 100
const MOST_OF_PARTY = 4
const RETRY_AFTER = 1

const REFUSAL = 'Too many long lists at once'

/** Rows of a page of that length that are in memory at a time. */
const PAGE_SLICE = 2_000

interface LongQuery {
  /** Most items; undefined: all. */
  limit: number | undefined
  /** The `next_page` of the page before; undefined: from the beginning. */
  nextPage?: string | undefined
}

/** How many of the rows came whole. */
function roomIn(rows: { fits?: boolean }[]) {
  const first = rows.findIndex(({ fits }) => fits === false)
  return first < 0 ? rows.length : first
}

interface Reading<Row extends Shape & { fits?: boolean }, Shape, Position> {
  order: Order<Shape, Position>
  /** Most rows that are in memory at a time. */
  slice: number
  /** May say of rows that there was no room for what is in them: these are read again, first. */
  read: (page: { after: Position | undefined; limit: number }) => Promise<Row[]>
}

/** Where and how far to read a list by name. */
export interface NamePage {
  after: string | undefined
  limit: number
}

/** A list of any length. */
interface LongList<Row> {
  slices: Pieces<Row>
  /** Where it goes on if `limit` cut it; known when the last slice is read. */
  nextPage: () => string | undefined
}

/**
 * Most items of a list that Quay's clients want in one piece, since Quay's own has no pages: one that is longer goes on
 * at its `next_page`.
 */
const LONG_PAGE = 10_000

/** Roles in repositories of one namespace. */
export const BY_REPOSITORY: Order<{ repository: string }, string> = {
  parse: parsePageToken,
  of: ({ repository }) => repository,
}

export type LongLists = ReturnType<typeof createLongLists>

/**
 * Lists of any length, read in slices, each by a statement of its own once the one before is sent. Those of several
 * slices are read a few at a time, and for each caller one by one; between two slices others have their turn.
 */
export function createLongLists() {
  const limitSlices = createLimiter({
    concurrency: CONCURRENCY,
    maxWaiting: MOST_LISTS,
    ofParty: { running: 1, all: MOST_OF_PARTY },
    refusal: REFUSAL,
  })
  const requestsOfParty = createTally()
  /** How many lists each request has open: one that is part of another counts with it. */
  const requests = new Map<Requester, number>()

  /** @throws {ServiceError} `unavailable` */
  function admit(requester: Requester) {
    const { id } = requester
    const before = requests.get(requester) ?? 0
    if (before === 0) {
      if (requests.size >= MOST_LISTS || requestsOfParty.count(id) >= MOST_OF_PARTY) {
        throw unavailable(REFUSAL, RETRY_AFTER)
      }
      requestsOfParty.add(id, 1)
    }
    requests.set(requester, before + 1)
    return () => {
      const left = (requests.get(requester) ?? 1) - 1
      if (left > 0) requests.set(requester, left)
      else {
        requests.delete(requester)
        requestsOfParty.add(id, -1)
      }
    }
  }

  const lists = {
    /**
     * @param requester one object for all lists of a request; once nobody waits for them, they are left as they are
     * @throws {ServiceError} at once: `invalid_request` for a `nextPage` of no page of such a list; from the second slice
     *   on: `unavailable` where too many long ones are being made
     */
    read<Row extends Shape & { fits?: boolean }, Shape, Position>(
      { limit = Number.POSITIVE_INFINITY, nextPage }: LongQuery,
      { order, slice, read }: Reading<Row, Shape, Position>,
      requester: Requester,
    ): LongList<Row> {
      let after = nextPage === undefined ? undefined : order.parse(nextPage)
      let end: string | undefined
      async function* slices() {
        let leave: (() => void) | undefined
        try {
          for (let left = limit; requester.isWaiting(); ) {
            const size = Math.min(left, slice)
            const readSlice = () => read({ after, limit: size + 1 })
            const rows = leave ? await limitSlices(readSlice, requester) : await readSlice()
            const cut = cutPage(rows, Math.min(size, roomIn(rows)), order.of)
            yield cut.page
            left -= cut.page.length
            if (cut.nextPage === undefined || left === 0) {
              end = cut.nextPage
              return
            }
            after = order.parse(cut.nextPage)
            leave ??= admit(requester)
            await turn()
          }
        } finally {
          leave?.()
        }
      }
      return { slices: slices(), nextPage: () => end }
    },

    /** A page of a list that is asked for in one piece; as `read`. */
    page: <Row extends Shape & { fits?: boolean }, Shape, Position>(
      nextPage: string | undefined,
      reading: Omit<Reading<Row, Shape, Position>, 'slice'>,
      requester: Requester,
    ): LongList<Row> =>
      lists.read({ limit: LONG_PAGE, nextPage }, { ...reading, slice: PAGE_SLICE }, requester),
  }
  return lists
}
