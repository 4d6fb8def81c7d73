import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { auditEntries } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What the log says of a change of federation entries: which, and which of their keys.

const PATH = '/api/v1/user/robots/ci/federation'
const ISSUER = 'https://token.actions.githubusercontent.com'
const WEB = { issuer: ISSUER, subject: 'repo:acme/web', audiences: ['https://a.example'] }
const API = { issuer: ISSUER, subject: 'repo:acme/api', claims: { repository_id: '7' } }

let stage: Stage
let alice: Client

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  alice = await stage.client('alice', 'user:admin')
  await alice.put('/api/v1/user/robots/ci', {}).expect(200)
})
afterAll(() => stage.close())
beforeEach(async () => {
  await alice.post(PATH, [WEB, API]).expect(200)
  await stage.clearLog()
})

/** Of the newest entry. */
async function changes(query = 'details=true') {
  const { body } = await alice.get(`/api/v1/user/logs?${query}`).expect(200)
  return body.logs[0].metadata.changes
}

const ids = async (): Promise<string[]> =>
  (await alice.get(`${PATH}/entries`).expect(200)).body.entries.map(({ id }: { id: string }) => id)

it('says of one changed entry which keys differ, as they were and as they are', async () => {
  const [web] = await ids()
  const claims = { repository_id: '9' }
  const audiences = ['https://b.example']
  await alice.patch(`${PATH}/entries/${web}`, { audiences, claims }).expect(200)
  expect(await changes()).toEqual([
    {
      ...{ entry: web, change: 'changed', issuer: ISSUER, subject: WEB.subject },
      before: { audiences: WEB.audiences },
      after: { audiences, claims },
    },
  ])
})

it('says of a whole list which entries are new, changed and gone, and nothing of the others', async () => {
  const [web, api] = await ids()
  const subject = 'repo:acme/shop'
  await alice
    .post(PATH, [
      { ...WEB, subject, id: web },
      { issuer: ISSUER, subject: 'new' },
    ])
    .expect(200)
  const [, added] = await ids()
  expect(await changes()).toEqual([
    {
      ...{ entry: web, change: 'changed', issuer: ISSUER, subject },
      before: { subject: WEB.subject },
      after: { subject },
    },
    {
      ...{ entry: added, change: 'added', issuer: ISSUER, subject: 'new' },
      before: {},
      after: { issuer: ISSUER, subject: 'new' },
    },
    { entry: api, change: 'removed', issuer: ISSUER, subject: API.subject, before: API, after: {} },
  ])
  await alice
    .post(PATH, [
      { ...WEB, subject },
      { issuer: ISSUER, subject: 'new' },
    ])
    .expect(200)
  expect(await changes()).toEqual([])
})

it('says what an emptied list had', async () => {
  await alice.delete(PATH).expect(204)
  expect(await changes()).toMatchObject([
    { change: 'removed', before: WEB },
    { change: 'removed', before: API },
  ])
})

it('says so only where it is asked for, since entries of Quay do not; also in exports', async () => {
  await alice.delete(PATH).expect(204)
  expect(await changes('')).toBeUndefined()
  const exported = async (type: string, query: string): Promise<string> =>
    (await alice.get(`/api/v1/user/logs?${query}`).set('accept', type).expect(200)).text
  for (const type of ['text/csv', 'application/x-ndjson']) {
    expect(await exported(type, '')).not.toContain('changes')
    expect(await exported(type, 'details=true')).toContain('changes')
  }
})

it('says how long it is beyond 64 KiB', async () => {
  const long = Array.from({ length: 200 }, (_, at) => ({
    issuer: ISSUER,
    subject: `${at}${'s'.repeat(500)}`,
  }))
  await alice.post(PATH, long).expect(200)
  expect(await changes()).toEqual({ omitted_bytes: expect.any(Number) })
  const [entry] = await auditEntries(stage.db)
  expect(JSON.stringify(entry?.metadata).length).toBeLessThan(1000)
})
