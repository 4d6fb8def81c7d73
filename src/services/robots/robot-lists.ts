import { setImmediate as turn } from 'node:timers/promises'
import { createLimiter, type Requester } from '../../domain/limiter.ts'
import type { Owner } from '../../domain/owner.ts'
import type { RobotListOptions, RobotService } from './robots.ts'

/** Robots that are read and opened at a time; others are served in between. */
const SLICE = 500
const CONCURRENCY = 2
const MAX_WAITING = 20
const OF_PARTY = { running: 1, all: 4 }

interface LongListOptions extends Omit<RobotListOptions, 'limit'> {
  /** Number of robots; undefined: all. */
  limit: number | undefined
}

export type RobotLists = ReturnType<typeof createRobotLists>

/**
 * Robot lists of any length, put together from slices. Those of several slices are made a few at a time, and for each
 * caller one by one, so that long ones hold up nobody else.
 */
export function createRobotLists(robots: Pick<RobotService, 'list'>) {
  const limitLong = createLimiter({
    concurrency: CONCURRENCY,
    maxWaiting: MAX_WAITING,
    ofParty: OF_PARTY,
    refusal: 'Too many long robot lists at once',
  })

  return {
    /**
     * Ordered by name; `nextPage` is set where `limit` cut the list.
     *
     * @param requester once nobody waits for the list, it is left as it is
     * @throws {ServiceError} `unavailable` where too many long ones are being made
     */
    async list(owner: Owner, options: LongListOptions, requester: Requester) {
      const { limit = Number.POSITIVE_INFINITY } = options
      const slice = (nextPage: string | undefined, size: number) =>
        robots.list(owner, { ...options, nextPage, limit: Math.min(size, SLICE) })

      async function goOn(list: Awaited<ReturnType<typeof slice>>) {
        while (list.nextPage !== undefined && list.robots.length < limit && requester.isWaiting()) {
          await turn()
          const { robots, nextPage } = await slice(list.nextPage, limit - list.robots.length)
          list.robots.push(...robots)
          list.nextPage = nextPage
        }
        return list
      }

      const first = await slice(options.nextPage, limit)
      const isLong = first.nextPage !== undefined && first.robots.length < limit
      return isLong ? limitLong(() => goOn(first), requester) : first
    },
  }
}
