import { withTransaction } from '../../db/transactions.ts'
import type { Db, Tx } from '../../db/types.ts'
import { dueNotice, nextNotice } from '../../domain/expiry-notices.ts'
import {
  type NoticedRobot,
  robotExpiring,
  robotUnused,
  secretExpiring,
} from '../../domain/notices.ts'
import { robotSearch } from '../../domain/robot-search.ts'
import type { Clock, NewId } from '../../domain/runtime.ts'
import { announcementOf, type WebhookEvent } from '../../domain/webhook-events.ts'
import {
  claimDueRobots,
  claimDueSecrets,
  type Due,
  insertNotices,
  noteNextNotices,
  noteUnusedRobots,
  type UnusedRobot,
} from '../../queries/notices.ts'
import { createHourlyWork } from '../hourly-work.ts'

/** How many secrets, and robots, are told of in one transaction. */
const BATCH = 200

interface NoticesDeps {
  db: Db
  clock: Clock
  newId: NewId
}

/**
 * Tells webhooks of what time brings: secrets and robots that are about to expire, and robots that are not used. What was told is noted
 * in the transaction that writes the deliveries, by one of the servers, so that it is told once.
 */
export function createNotices({ db, clock, newId }: NoticesDeps) {
  async function tell(tx: Tx, told: { ownerId: string; event: WebhookEvent }[], now: Date) {
    if (told.length === 0) return
    const notices = told.map(({ ownerId, event }) => ({
      ...{ ownerId, eventId: newId() },
      ...announcementOf(event, now),
    }))
    await insertNotices(tx, notices, now)
  }

  const tellOfEnds = (kind: keyof typeof ENDING, limit: number) =>
    withTransaction(db, async (tx) => {
      const now = clock()
      const { claim, eventOf } = ENDING[kind]
      const due = await claim(tx, now, limit)
      if (due.length === 0) return 0
      const noted = due.map(({ id, expiresAt }) => ({ id, next: nextNotice(expiresAt, now) }))
      await noteNextNotices(tx, kind, noted)
      await tell(tx, due.flatMap(eventOfEnd(eventOf, now)), now)
      return due.length
    })

  const tellOfUnused = (limit: number) =>
    withTransaction(db, async (tx) => {
      const now = clock()
      const robots = await noteUnusedRobots(tx, robotSearch({}, now), limit)
      await tell(tx, robots.flatMap(eventOfRobot), now)
      return robots.length
    })

  return createHourlyWork(
    async ({ limit }) => ({
      count: Math.max(
        await tellOfEnds('secret', limit),
        await tellOfEnds('robot', limit),
        await tellOfUnused(limit),
      ),
    }),
    BATCH,
  )
}

/** What is told of a secret or a robot that is about to expire. */
type EventOfEnd = (
  robot: NoticedRobot,
  end: { id: string; expiresAt: Date },
  days: number,
) => WebhookEvent

const ENDING = {
  secret: { claim: claimDueSecrets, eventOf: secretExpiring },
  robot: {
    claim: claimDueRobots,
    eventOf: robotExpiring,
  },
}

const eventOfEnd = (eventOf: EventOfEnd, now: Date) => (due: Due) => {
  const { id, ownerId, ownerName, expiresAt, isActive, robot } = due
  const days = dueNotice(expiresAt, now)
  if (!isActive || ownerName === null || expiresAt === null || days === undefined) return []
  return [{ ownerId, event: eventOf({ robot, ownerName }, { id, expiresAt }, days) }]
}

const eventOfRobot = ({ ownerId, ownerName, isActive, robot, lastUsed }: UnusedRobot) =>
  isActive && ownerName !== null
    ? [{ ownerId, event: robotUnused({ robot, ownerName }, lastUsed) }]
    : []
