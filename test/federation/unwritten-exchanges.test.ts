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
  const { url, issuer, db } = stage
  const jobs = Array.from({ length: 12 }, (_, number) => `busy${number}`)
  const refused = 'busy7'
  const robots = jobs.map((job) => `acme+${job}`)
  const tokens: string[] = []
  for (const subject of jobs) {
    await stage.robot(`acme+${subject}`, [{ issuer: issuer.issuer, subject, audiences: ['a'] }])
    tokens.push(await issuer.mint({ sub: subject, aud: 'a' }))
  }
  const exchangeAll = () =>
    Promise.all(
      jobs.map((_, number) =>
        DOORS['GET, Basic'].send({
          url,
          token: tokens[number] as string,
          robot: robots[number] as string,
        }),
      ),
    )
  await exchangeAll() // the keys of the issuer are known by then
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

async function subjectsOf(db: Db) {
  const found = await db.$queryRaw<{ subject: string }[]>`
    SELECT metadata->>'subject' AS subject FROM audit_entries
    WHERE kind = 'federated_robot_token_exchange' ORDER BY id`
  return found.map(({ subject }) => subject)
}
