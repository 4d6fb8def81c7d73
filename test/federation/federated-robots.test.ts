import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { listQueries } from '../helpers/queries.ts'
import { startStage } from '../helpers/stage.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// A long list of entries is read once, and what has changed since holds for the next job.

const FEDERATION = '/api/v1/organization/acme/robots/ci/federation'
const ROBOT = 'acme+ci'

let stage: FederationStage
let alice: Client

beforeAll(async () => {
  stage = await startFederationStage()
  alice = await stage.client('alice', 'org:admin', 'user:admin')
})
beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await stage.robot(ROBOT, entries(12))
})
afterAll(() => stage.close())

const entries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    issuer: stage.issuer.issuer,
    subject: `job-${index}`,
  }))

async function exchange(sub: string) {
  const token = await stage.issuer.mint({ sub })
  return (await exchangeOf(stage.url).basic(ROBOT, token)).status
}

it('one statement finds the robot, and its entries only when they are others', async () => {
  const asked = async () => {
    const sent = await listQueries(() => exchange('job-11'))
    return sent.filter((text) => text.includes('FROM robots')).length
  }
  expect([await asked(), await asked()]).toEqual([1, 1])

  const { db } = stage
  await db.$transaction([
    db.$executeRaw`ALTER TABLE federation_entry_rows DISABLE TRIGGER USER`,
    db.$executeRaw`UPDATE federation_entry_rows SET subject = 'unseen' WHERE subject = 'job-11'`,
    db.$executeRaw`ALTER TABLE federation_entry_rows ENABLE TRIGGER USER`,
  ])
  expect(await exchange('job-11')).toBe(200)
  await db.$executeRaw`UPDATE federation_entry_rows SET description = 'seen' WHERE subject = 'unseen'`
  expect(await exchange('job-11')).toBe(401)
})

it.each<[string, () => PromiseLike<unknown>, Record<string, number>]>([
  [
    'entries are added',
    () => alice.post(`${FEDERATION}/entries`, { ...entries(1)[0], subject: 'new' }),
    { new: 200, 'job-11': 200 },
  ],
  ['entries are taken away', () => alice.post(FEDERATION, entries(11)), { 'job-11': 401 }],
  ['few are left', () => alice.post(FEDERATION, entries(2)), { 'job-1': 200, 'job-11': 401 }],
  ['none is left', () => alice.delete(FEDERATION), { 'job-0': 401 }],
  [
    'one asks for more',
    async () => {
      const { body } = await alice.get(`${FEDERATION}/entries`)
      const url = `${FEDERATION}/entries/${body.entries[11].id}`
      await alice.patch(url, { audiences: ['us'] }).expect(200)
    },
    { 'job-11': 401, 'job-10': 200 },
  ],
])('what holds when %s holds at once', async (_, change, statuses) => {
  expect(await exchange('job-11')).toBe(200)
  await change()
  for (let round = 0; round < 2; round++) {
    for (const [sub, status] of Object.entries(statuses)) expect(await exchange(sub)).toBe(status)
  }
})

it('also when another server changes it', async () => {
  expect(await exchange('job-11')).toBe(200)
  const other = await startStage({ database: stage.database, config: LOOPBACK })
  const elsewhere = await other.client('alice', 'org:admin', 'user:admin')
  await elsewhere.post(FEDERATION, entries(11)).expect(201)
  await other.close()
  expect(await exchange('job-11')).toBe(401)
})

it('a robot of the same name that is made anew trusts nobody', async () => {
  expect(await exchange('job-11')).toBe(200)
  await alice.delete('/api/v1/organization/acme/robots/ci')
  await stage.robot(ROBOT)
  expect(await exchange('job-11')).toBe(401)
})
