import type { Db } from '../../db/types.ts'
import { createLimiter, type Requester } from '../../domain/limiter.ts'
import { logPeriod } from '../../domain/log-filters.ts'
import type { Clock } from '../../domain/runtime.ts'
import { countLogEntries, type LogScope, listLogEntries } from '../../queries/logs.ts'
import { BY_ID, readPage } from '../paging.ts'

/** As in Quay. */
const PAGE_SIZE = 20

/** Rows of a kind and a day: enough for some years. */
const MAX_COUNTS = 10_000

interface LogQuery {
  /** `MM/DD/YYYY` both. */
  starttime: string | undefined
  endtime: string | undefined
  performer: string | undefined
}

export type LogService = ReturnType<typeof createLogService>
export type LogEntry = Awaited<ReturnType<LogService['list']>>['entries'][number]
export type { LogScope }

/** What the audit log tells those who may read it. */
export const createLogService = ({ db, clock }: { db: Db; clock: Clock }) => {
  /** What may look at all entries of a period: a few at a time, and for each caller one by one. */
  const limitLong = createLimiter({
    concurrency: 2,
    maxWaiting: 20,
    ofParty: { running: 1, all: 4 },
    refusal: 'Too many searches of the log at once',
  })

  return {
    /**
     * The newest entries first; `nextPage` is set where there are more. It is a position only, within whatever
     * log it is used for: it opens no other.
     *
     * @throws {ServiceError} `invalid_request`; `unavailable` where too many search by performer
     */
    async list(
      scope: LogScope,
      { performer, nextPage, ...days }: LogQuery & { nextPage: string | undefined },
      requester: Requester,
    ) {
      const period = logPeriod(days, clock())
      const cut = await readPage(
        { limit: PAGE_SIZE, nextPage },
        BY_ID,
        ({ after: before, limit }) => {
          const read = () => listLogEntries(db, scope, { ...period, performer }, { before, limit })
          return performer === undefined ? read() : limitLong(read, requester)
        },
      )
      const entries = cut.page.map(({ viaToken, ...row }) => ({
        ...row,
        isRobot: !viaToken && row.performerName?.includes('+') === true,
      }))
      return { ...period, entries, nextPage: cut.nextPage }
    },

    /** @throws {ServiceError} `invalid_request`; `unavailable` where too many are counting */
    async count(scope: LogScope, { performer, ...days }: LogQuery, requester: Requester) {
      const filter = { ...logPeriod(days, clock()), performer }
      return limitLong(() => countLogEntries(db, scope, filter, MAX_COUNTS), requester)
    },
  }
}
