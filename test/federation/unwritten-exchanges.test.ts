import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Db } from '../../src/db/types.ts'
import { breakAuditLog, repairAuditLog } from '../helpers/broken-audit-log.ts'
import { DOORS, type DoorName } from '../helpers/exchange-doors.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// An identity token buys nothing whose entry cannot be written, and is not spent by that.

let stage: FederationStage

beforeAll(async () => {
  stage = await startFederationStage()
})

afterAll(() => stage.close())

const WAYS = [true, false].flatMap((once) =>
  Object.keys(DOORS).map((door) => [door as DoorName, once] as const),
)

let count = 0

it.each(WAYS)('not by %s, good for one: %s', async (door, single_use) => {
  const { url, issuer, db } = stage
  const subject = `job${count++}`
  const robot = `acme+${subject}`
  await stage.robot(robot, [{ issuer: issuer.issuer, subject, audiences: ['a'], single_use }])
  const token = await issuer.mint({ sub: subject, aud: 'a', jti: subject })
  const { send } = DOORS[door]
  await breakAuditLog(db)
  const { status, text } = await send({ url, token, robot })
  await repairAuditLog(db)
  expect(status).toBe(500)
  expect(text).not.toContain('ey')
  await send({ url, token, robot }).expect(200)
})

it('of exchanges at the same time each has its entry, but for the one whose entry is refused', async () => {
  const { db } = stage
  const { jobs, exchangeAll } = await twelve('busy')
  const refused = 'busy7'
  const before = await subjectsOf(db)
  await breakAuditLog(db, `NEW.metadata->>'subject' = '${refused}'`)
  const answers = await exchangeAll()
  await repairAuditLog(db)
  expect(answers.map(({ status }) => status)).toEqual(
    jobs.map((job) => (job === refused ? 500 : 200)),
  )
  const written = (await subjectsOf(db)).slice(before.length)
  expect(written.toSorted()).toEqual(jobs.filter((job) => job !== refused).toSorted())
})

it('a database that cannot write now is not asked again for each of them', async () => {
  const { db } = stage
  const { jobs, exchangeAll } = await twelve('full')
  await db.$executeRawUnsafe('CREATE SEQUENCE tries')
  await breakAuditLog(db, "nextval('tries') > 0 AND pg_sleep(0.2) IS NOT NULL", '53100')
  const answers = await exchangeAll()
  await repairAuditLog(db)
  const [tried] = await db.$queryRaw<{ times: bigint }[]>`SELECT last_value AS times FROM tries`
  expect(answers.map(({ status }) => status)).toEqual(jobs.map(() => 503))
  expect(Number(tried?.times)).toBeLessThanOrEqual(jobs.length)
})

/** Twelve robots, each with a job of its own. */
async function twelve(prefix: string) {
  const { url, issuer } = stage
  const jobs = Array.from({ length: 12 }, (_, number) => `${prefix}${number}`)
  const pairs: { robot: string; token: string }[] = []
  for (const subject of jobs) {
    const robot = `acme+${subject}`
    await stage.robot(robot, [{ issuer: issuer.issuer, subject, audiences: ['a'] }])
    pairs.push({ robot, token: await issuer.mint({ sub: subject, aud: 'a' }) })
  }
  const exchangeAll = () =>
    Promise.all(pairs.map((pair) => DOORS['GET, Basic'].send({ url, ...pair })))
  await exchangeAll() // the keys of the issuer are known by then
  return { jobs, exchangeAll }
}

async function subjectsOf(db: Db) {
  const found = await db.$queryRaw<{ subject: string }[]>`
    SELECT metadata->>'subject' AS subject FROM audit_entries
    WHERE kind = 'federated_robot_token_exchange' ORDER BY id`
  return found.map(({ subject }) => subject)
}
