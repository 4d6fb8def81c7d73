import { afterAll, beforeAll, expect, it } from 'vitest'
import { avatar } from '../../src/domain/avatar.ts'
import type { Client } from '../helpers/api.ts'
import { createClock } from '../helpers/clock.ts'
import { auditEntries } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What answers and the log say of what was left out, or is as it was.

const time = createClock()
let stage: Stage
let alice: Client
let root: Client
beforeAll(async () => {
  stage = await startStage({ surroundings: { clock: time.clock } })
  await stage.people('alice', 'bob')
  await stage.superusers('root')
  await stage.organization('acme')
  alice = await stage.client('alice', 'org:admin', 'user:admin', 'repo:admin')
  root = await stage.client('root', 'super:user')
})
afterAll(() => stage.close())

it('a team keeps the description that a change leaves out', async () => {
  const path = '/api/v1/organization/acme/team/devs'
  const said = { role: 'member', description: 'who builds' }
  await alice.put(path, said).expect(200)
  const { body } = await alice.put(path, { role: 'creator' }).expect(200)
  expect(body).toMatchObject({ role: 'creator', description: 'who builds' })
  const kinds = (await auditEntries(stage.db)).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'org_set_team_description')).toEqual([])
})

it('an address or a state that stays is no change of a user', async () => {
  const bob = '/api/v1/superuser/users/bob'
  const changes = async () =>
    (await auditEntries(stage.db)).filter(({ kind }) => kind.startsWith('user_')).length
  const before = await changes()
  await root.put(bob, { email: 'bob@example.com', enabled: true }).expect(200)
  expect(await changes()).toBe(before)
  await root.put(bob, { email: 'bob@example.org' }).expect(200)
  expect(await changes()).toBe(before + 1)
})

it('a renamed organization is shown by its address', async () => {
  await stage.organization('before')
  const email = 'before@example.com'
  await alice.put('/api/v1/organization/before', { email }).expect(200)
  const { body } = await root
    .put('/api/v1/superuser/organizations/before', { name: 'after' })
    .expect(200)
  expect(body).toEqual({ name: 'after', email, avatar: avatar('after', 'org', email) })
})

it('a token is listed with when it was made and used last, each for itself', async () => {
  const wanted = { name: 'laptop', scope: 'user:admin' }
  const { body: made } = await alice.post('/api/v1/user/tokens', wanted).expect(201)
  const of = async () => {
    const { body } = await alice.get('/api/v1/user/tokens?q=laptop').expect(200)
    return body.tokens.map(({ created, last_accessed }: Record<string, string>) => [
      created,
      last_accessed,
    ])
  }
  expect(await of()).toEqual([['2026-11-23T13:56:36.789000Z', null]])
  time.pass(90)
  await stage.api.as(made.token).get('/api/v1/user/').expect(200)
  await stage.services.settled()
  expect(await of()).toEqual([['2026-11-23T13:56:36.789000Z', '2026-11-23T13:58:06.789000Z']])
})

it('repositories of all namespaces come in no order of the caller’s', async () => {
  for (const query of ['public=true&sort=-name', 'public=true&sort=name', 'public=true&q=web']) {
    await alice.get(`/api/v1/repository?${query}`).expect(400)
  }
})

it.each([
  ['a description of a robot', 255, (text: string) => ({ description: text })],
  ['a reason', 255, (reason: string) => ({ enabled: false, reason })],
])('%s has so many characters, whatever they take: %i', async (_, most, of) => {
  await alice.put('/api/v1/organization/acme/robots/wide')
  const robot = '/api/v1/organization/acme/robots/wide'
  await alice.patch(robot, of('\u{1f680}'.repeat(most))).expect(200)
  await alice.patch(robot, of('\u{1f680}'.repeat(most + 1))).expect(400)
})
