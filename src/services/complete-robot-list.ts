import { setImmediate as turn } from 'node:timers/promises'
import { createLimiter } from '../domain/limiter.ts'
import type { Owner } from '../domain/owner.ts'
import type { Robot, RobotListOptions, RobotService } from './robots.ts'

/** Robots that are read and opened at a time; others are served in between. */
const SLICE = 500
const CONCURRENCY = 2
const MAX_WAITING = 20

export type CompleteRobotList = ReturnType<typeof createCompleteRobotList>

/**
 * Robot lists that may be without a limit: they are put together from slices. Those of several slices are
 * made a few at a time, so that long ones hold up nobody else.
 *
 * `list` throws ServiceError `unavailable` when too many wait.
 */
export function createCompleteRobotList(robots: Pick<RobotService, 'list'>) {
  const limit = createLimiter({
    concurrency: CONCURRENCY,
    maxWaiting: MAX_WAITING,
    refusal: 'Too many long robot lists without a limit at once',
  })

  async function complete(owner: Owner, options: RobotListOptions) {
    const first = await robots.list(owner, { ...options, limit: SLICE })
    if (first.nextPage === undefined) return first
    const rest = await limit(() => goOn(owner, { ...options, nextPage: first.nextPage }))
    return { robots: first.robots.concat(rest), nextPage: undefined }
  }

  async function goOn(owner: Owner, options: RobotListOptions) {
    const list: Robot[] = []
    let { nextPage } = options
    do {
      await turn()
      const slice = await robots.list(owner, { ...options, limit: SLICE, nextPage })
      list.push(...slice.robots)
      nextPage = slice.nextPage
    } while (nextPage !== undefined)
    return list
  }

  return {
    list: (owner: Owner, options: RobotListOptions) =>
      options.limit === undefined ? complete(owner, options) : robots.list(owner, options),
  }
}
