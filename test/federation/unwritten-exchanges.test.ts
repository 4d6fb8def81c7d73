import { afterAll, beforeAll, expect, it } from 'vitest'
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
