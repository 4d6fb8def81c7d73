import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Browser, browserOf } from '../helpers/browser.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

const ALICE = '/api/v1/superuser/users/alice/sessions'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.superusers('root')
})
afterAll(() => stage.close())

it('superusers see and end the sessions of a user, and the log says who did', async () => {
  const [one, two, root] = [0, 0, 0].map(() => browserOf(stage.url)) as [Browser, Browser, Browser]
  const { body: first } = await one.signIn('alice')
  await two.signIn('alice')
  await root.signIn('root')
  const { body } = await root.get(ALICE).expect(200)
  expect(body.sessions).toHaveLength(2)
  expect(body.sessions[1]).toMatchObject({ id: first.id, means: 'password', current: false })
  await root.delete(`${ALICE}/${first.id}`).expect(204)
  await root.delete(`${ALICE}/${first.id}`).expect(404)
  expect([await one.isSignedIn(), await two.isSignedIn()]).toEqual([false, true])
  await root.delete(ALICE).expect(204)
  expect(await two.isSignedIn()).toBe(false)
  expect(await root.isSignedIn()).toBe(true)
  const ended = await stage.db.auditEntry.findMany({ where: { kind: 'logout_success' } })
  expect(ended.map(({ performerName, metadata }) => [performerName, metadata])).toEqual([
    ['root', expect.objectContaining({ username: 'alice', ended: first.id })],
    ['root', expect.objectContaining({ username: 'alice', ended_count: 1 })],
  ])
  await root.get('/api/v1/superuser/users/nobody/sessions').expect(404)
})

it('all sessions of a superuser end but the one that asks', async () => {
  const [one, root] = [browserOf(stage.url), browserOf(stage.url)]
  await one.signIn('root')
  await root.signIn('root')
  await root.delete('/api/v1/superuser/users/root/sessions').expect(204)
  expect([await one.isSignedIn(), await root.isSignedIn()]).toEqual([false, true])
})

it('nobody else may', async () => {
  const alice = browserOf(stage.url)
  const { body: session } = await alice.signIn('alice')
  await alice.get(ALICE).expect(403)
  await alice.delete(ALICE).expect(403)
  await alice.delete(`${ALICE}/${session.id}`).expect(403)
  expect(await alice.isSignedIn()).toBe(true)
})
