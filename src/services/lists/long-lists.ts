import { setImmediate as turn } from 'node:timers/promises'
import { overloaded } from '../../domain/errors.ts'
import { createLimiter, type Requester } from '../../domain/limiter.ts'
import { cutPage, type LongPage, PAGE_SIZE, type Slice } from '../../domain/page.ts'
import { createTally } from '../../domain/tally.ts'
import type { Order } from '../paging.ts'

/** How many slices are read at a time. */
const CONCURRENCY = 2
/** How many requests may have lists being sent at a time: of all callers, and of one. */
const MOST_LISTS = 100
const MOST_OF_PARTY = 4

const REFUSAL = 'Too many long lists at once'

/** How many rows of such a page are in memory at a time. */
const PAGE_SLICE = 2_000

interface LongQuery {
  /** Most items; undefined: all. */
  limit: number | undefined
  /** The `nextPage` of the page before; undefined: from the beginning. */
  nextPage?: string | undefined
}

/** How many rows came whole, before the first for whose contents there was no room. */
function roomIn(rows: { fits?: boolean }[]) {
  const first = rows.findIndex(({ fits }) => fits === false)
  return first < 0 ? rows.length : first
}

interface Reading<Row extends Shape & { fits?: boolean }, Shape, Position> {
  order: Order<Shape, Position>
  /** Most rows that are in memory at a time. */
  slice: number
  /** Where a row says that there was no room for its contents (`fits`), the next slice begins with it. */
  read: (slice: Slice<Position>) => Promise<Row[]>
}

export interface WholeQuery {
  /** Most items; as many as there can be in a page where it is left out. */
  limit?: number | undefined
  nextPage: string | undefined
}

export type LongLists = ReturnType<typeof createLongLists>

/**
 * Reads lists of any length in slices, each by a statement of its own once the slice before is sent. Of lists with several
 * slices, a few are read at a time, and one for each caller; between two slices others have their turn.
 */
export function createLongLists() {
  const limitSlices = createLimiter({
    concurrency: CONCURRENCY,
    maxWaiting: MOST_LISTS,
    ofParty: { running: 1, all: MOST_OF_PARTY },
    refusal: REFUSAL,
  })
  const requestsOfParty = createTally()
  /** How many lists each request has open. All of one request count once: lists may hold lists. */
  const requests = new Map<Requester, number>()

  /** @throws {ServiceError} `unavailable` */
  function admit(requester: Requester) {
    const { id } = requester
    const before = requests.get(requester) ?? 0
    if (before === 0) {
      if (requests.size >= MOST_LISTS || requestsOfParty.count(id) >= MOST_OF_PARTY) {
        throw overloaded(REFUSAL)
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
     * @param requester the same object for all lists of a request; once nobody waits for it, nothing more is read
     * @throws {ServiceError} at once: `invalid_request` for a `nextPage` that no page of such a list had; from the second
     *   slice on: `unavailable` where too many long lists are being made
     */
    read<Row extends Shape & { fits?: boolean }, Shape, Position>(
      { limit = Number.POSITIVE_INFINITY, nextPage }: LongQuery,
      { order, slice, read }: Reading<Row, Shape, Position>,
      requester: Requester,
    ): LongPage<Row> {
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
            yield cut.items
            left -= cut.items.length
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
      return { items: slices(), nextPage: () => end }
    },

    /** The same for a page of `PAGE_SIZE.whole` items, or as many as are asked for. */
    page: <Row extends Shape & { fits?: boolean }, Shape, Position>(
      { limit = PAGE_SIZE.whole, nextPage }: WholeQuery,
      reading: Omit<Reading<Row, Shape, Position>, 'slice'>,
      requester: Requester,
    ): LongPage<Row> =>
      lists.read({ limit, nextPage }, { ...reading, slice: PAGE_SLICE }, requester),
  }
  return lists
}
