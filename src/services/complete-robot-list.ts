import { setImmediate as turn } from 'node:timers/promises'
import { createLimiter } from '../domain/limiter.ts'
import type { Owner, Robot, RobotListOptions, RobotService } from './robots.ts'

/** Robots that are read and opened at a time; others are served in between. */
const SLICE = 500
const CONCURRENCY = 2
const MAX_WAITING = 20

export type CompleteRobotList = ReturnType<typeof createCompleteRobotList>

/**
 * Robot lists that may be without a limit: they are put together from slices, a few lists at a time, so
 * that a long one holds up nobody else.
 *
 * `list` throws ServiceError `unavailable` when too many wait.
 */
export function createCompleteRobotList(robots: Pick<RobotService, 'list'>) {
  const limit = createLimiter({
    concurrency: CONCURRENCY,
    maxWaiting: MAX_WAITING,
    refusal: 'Too many robot lists without a limit at once',
  })

  async function complete(owner: Owner, options: RobotListOptions) {
    const list: Robot[] = []
    let nextPage = options.nextPage
    do {
      const slice = await robots.list(owner, { ...options, limit: SLICE, nextPage })
      list.push(...slice.robots)
      nextPage = slice.nextPage
      await turn()
    } while (nextPage !== undefined)
    return { robots: list, nextPage: undefined }
  }

  return {
    list: (owner: Owner, options: RobotListOptions) =>
      options.limit === undefined
        ? limit(() => complete(owner, options))
        : robots.list(owner, options),
  }
}
