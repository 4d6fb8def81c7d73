import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Namesakes, type Step, startNamesakes } from './namesakes.ts'

// Of two users who have the same by the same names, what is done to one neither shows nor changes anything of the other.

let stage: Namesakes
let stays: Awaited<ReturnType<Namesakes['user']>>
let goes: typeof stays
/** What there was before there was the other one. */
let rows: string[]

beforeAll(async () => {
  stage = await startNamesakes()
  stays = await stage.user('stays')
  rows = await stage.rows()
  goes = await stage.user('goes')
})

afterAll(() => stage.close())

it.each([
  ['/api/v1/user/robots', 'robots', 1],
  ['/api/v1/user/robots/ci/tokens', 'tokens', 1],
  ['/api/v1/user/apptoken', 'tokens', 1],
  ['/api/v1/user/tokens', 'tokens', 2],
])('each is shown their own at %s', async (path, list, count) => {
  for (const { client } of [stays, goes]) {
    expect((await client.get(path).expect(200)).body[list]).toHaveLength(count)
  }
})

it.each<Step>([
  ['get', '/api/v1/user/apptoken/{appToken}'],
  ['delete', '/api/v1/user/apptoken/{appToken}'],
  ['delete', '/api/v1/user/tokens/{token}'],
  ['delete', '{robot}/tokens/{robotToken}'],
  ['get', '{robot}/federation/entries/{entry}'],
  ['delete', '{robot}/federation/entries/{entry}'],
])('%s %s finds nothing of the other', async (...step) => {
  const before = await stage.rows()
  await stage.take(goes.client, step, stays.known).expect(404)
  expect(await stage.rows()).toEqual(before)
})

const GOES = '/api/v1/superuser/users/goes'

it('a superuser finds no token of the one among those of the other', async () => {
  await stage.root.delete(`${GOES}/tokens/${stays.known.token}`).expect(404)
})

it('what has ended of the one makes no room for the other', async () => {
  await stage.user('ended')
  const { db } = stage
  const ended =
    "UPDATE %t SET expires_at = '2020-01-01' FROM namespaces n WHERE n.name = 'ended' AND"
  for (const [table, where] of [
    ['app_tokens t', 't.user_id = n.id'],
    ['oauth_tokens t', 't.user_id = n.id'],
    ['robot_api_tokens t', 't.robot_id IN (SELECT id FROM robots WHERE namespace_id = n.id)'],
  ] as const) {
    expect(await db.$executeRawUnsafe(`${ended.replace('%t', table)} ${where}`)).toBeGreaterThan(0)
  }
  const before = await stage.rows()
  for (const step of [
    ['post', '/api/v1/user/apptoken', { title: 'new' }],
    ['post', '/api/v1/user/tokens', { name: 'new', scope: 'user:read' }],
    ['post', '{robot}/tokens', { name: 'new', scope: 'repo:read', expiration: 3600 }],
  ] as Step[]) {
    await stage.changes(() => stage.take(goes.client, step, goes.known), before)
  }
})

it.each<Step>([
  ['patch', '{robot}', { enabled: false }],
  ['delete', '{robot}/tokens/{robotToken}'],
  ['delete', '{robot}/federation'],
  ['delete', '{robot}'],
  ['delete', '/api/v1/user/apptoken/{appToken}'],
  ['delete', '/api/v1/user/tokens/{token}'],
])('%s %s changes nothing of the other', async (...step) => {
  await stage.changes(() => stage.take(goes.client, step, goes.known), rows)
})

it.each<Step>([
  ['put', GOES, { password: 'another-password' }],
  ['put', GOES, { email: 'other@example.com' }],
  ['put', GOES, { enabled: false }],
  ['delete', GOES],
])('%s %s of a superuser changes nothing of the other', async (...step) => {
  await stage.changes(() => stage.take(stage.root, step, goes.known), rows)
})
