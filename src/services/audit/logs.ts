import type { Db } from '../../db/types.ts'
import { isRobotsName } from '../../domain/actor.ts'
import { createLimiter, type Requester } from '../../domain/limiter.ts'
import { assertKind, robotAsked } from '../../domain/log-filters.ts'
import { daysIn, logPeriod, type Period, periodBetween } from '../../domain/log-period.ts'
import { mapPage, PAGE_SIZE, type Page, type Slice } from '../../domain/page.ts'
import type { Clock } from '../../domain/runtime.ts'
import { findAccount } from '../../queries/accounts.ts'
import {
  type CountsWanted,
  countLogEntries,
  countLogEntriesByIndex,
  findLogEnds,
  type LogCount,
} from '../../queries/log-counts.ts'
import { type LogFilter, type LogRow, type LogScope, listLogEntries } from '../../queries/logs.ts'
import type { LongLists } from '../lists/long-lists.ts'
import { BY_ID, readPage } from '../paging.ts'

/** Most counts of a kind on a day: enough for some years. */
const MAX_COUNTS = 10_000
/** Of more days it takes longer to look each up than to read the entries. */
const MOST_DAYS_BY_INDEX = 120

interface LogQuery {
  /** As `logPeriod` reads them. */
  starttime: string | undefined
  endtime: string | undefined
  performer: string | undefined
  kind?: string | undefined
  /** Full name of the robot that entries are about, or, in the log of its owner, the short one. */
  robot?: string | undefined
}

interface LogServiceDeps {
  db: Db
  clock: Clock
  longLists: LongLists
}

export type LogService = ReturnType<typeof createLogService>
export interface LogEntry extends Omit<LogRow, 'viaToken'> {
  isRobot: boolean
}
export type LogPage = Page<LogEntry> & Period
export type { LogCount, LogScope }

/** How many entries of an export are in memory at a time. */
const EXPORT_SLICE = 500

/** Reads the audit log, for callers who may. */
export function createLogService({ db, clock, longLists }: LogServiceDeps) {
  /** For queries that may read all entries of a period: a few run at a time, and one for each caller. */
  const limitLong = createLimiter({
    concurrency: 2,
    maxWaiting: 20,
    ofParty: { running: 1, all: 4 },
    refusal: 'Too many searches of the log at once',
  })

  /** @returns where entries of robots of the owner are; undefined: nowhere in this log */
  async function placeIn(
    scope: LogScope,
    owner: string | undefined,
  ): Promise<LogScope | undefined> {
    if (owner === undefined) return scope
    if ('namespaceName' in scope && scope.namespaceName === owner) return scope
    const account = 'installation' in scope ? await findAccount(db, owner) : null
    return account ? { namespaceId: account.id } : undefined
  }

  function filterOf({ performer, kind, robot, ...days }: LogQuery, scope: LogScope) {
    const period = logPeriod(days, clock())
    assertKind(kind)
    const about =
      robot === undefined ? undefined : robotAsked(robot, { inFull: 'installation' in scope })
    return {
      filter: { ...period, performer, kind, robot: about?.name },
      place: () => placeIn(scope, about?.owner),
    }
  }

  /** Reads entries, the newest first. */
  function readerOf(scope: LogScope, query: LogQuery, requester: Requester) {
    const { filter, place } = filterOf(query, scope)
    async function read(slice: Slice) {
      const where = await place()
      if (!where) return []
      const entries = () => listLogEntries(db, where, filter, slice)
      return query.performer === undefined ? entries() : limitLong(entries, requester)
    }
    return { period: { start: filter.start, end: filter.end }, read }
  }

  async function count(scope: LogScope, filter: LogFilter, wanted: CountsWanted) {
    const { performer, robot } = filter
    if (performer !== undefined || robot !== undefined || 'repositoryId' in scope) {
      return countLogEntries(db, scope, filter, wanted)
    }
    const ends = await findLogEnds(db, scope)
    const period = ends && periodBetween(filter, ends.first, ends.last)
    if (!period) return []
    const byIndex = daysIn(period) <= MOST_DAYS_BY_INDEX
    return (byIndex ? countLogEntriesByIndex : countLogEntries)(
      db,
      scope,
      { ...filter, ...period },
      wanted,
    )
  }

  return {
    /**
     * The newest entries first. `nextPage` is a mere position: used with another log, it shows nothing that the caller may
     * not see there.
     *
     * @throws {ServiceError} `invalid_request`; `unavailable` where too many search by performer
     */
    async list(
      scope: LogScope,
      { nextPage, ...query }: LogQuery & { nextPage: string | undefined },
      requester: Requester,
    ): Promise<LogPage> {
      const { period, read } = readerOf(scope, query, requester)
      const page = await readPage({ limit: PAGE_SIZE.log, nextPage }, BY_ID, read)
      return { ...period, ...mapPage(page, entryOf) }
    },

    /**
     * All entries, the newest first, from a page on.
     *
     * @throws {ServiceError} as `list`
     */
    export(
      scope: LogScope,
      { nextPage, ...query }: LogQuery & { nextPage: string | undefined },
      requester: Requester,
    ) {
      const { read } = readerOf(scope, query, requester)
      const reading = { order: BY_ID, slice: EXPORT_SLICE, read }
      return mapPage(longLists.read({ limit: undefined, nextPage }, reading, requester), entryOf)
        .items
    },

    /** @throws {ServiceError} `invalid_request`; `unavailable` where too many are counting */
    async count(
      scope: LogScope,
      { withReasons = false, ...query }: LogQuery & { withReasons?: boolean },
      requester: Requester,
    ): Promise<LogCount[]> {
      const { filter, place } = filterOf(query, scope)
      const where = await place()
      const wanted = { limit: MAX_COUNTS, withReasons }
      return where ? limitLong(() => count(where, filter, wanted), requester) : []
    },
  }
}

const entryOf = ({ viaToken, ...row }: LogRow): LogEntry => ({
  ...row,
  isRobot: isRobotsName(row.performerName, viaToken),
})
