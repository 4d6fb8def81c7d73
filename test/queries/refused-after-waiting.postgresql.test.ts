import type { Response } from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { sendDuring } from '../helpers/held-rows.ts'
import { addUsers } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// What others change while a request waits for them may refuse it, whatever the request could read before.

let stage: Stage
let root: Client
let alice: Client
let acme: string
let bob: string
let client: { id: string; secret: string }
let rounds = 0

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await stage.superusers('root')
  root = await stage.client('root', 'super:user')
  alice = await stage.client('alice', 'org:admin', 'user:admin')
})
afterAll(() => stage.close())

/** An organization of alice and bob, each administrator by another team. */
beforeEach(async () => {
  bob = `bob${++rounds}`
  await addUsers(stage.db, 1, () => bob)
  acme = await stage.organization()
  await stage.team(acme, { name: 'admins', role: 'admin', members: [bob] })
  await stage.team(acme, { name: 'readers', role: 'member' })
  await stage.robot(`${acme}+ci`)
  const details = { name: 'app', scopes: ['org:admin'] }
  const { body } = await alice.post(organization('/applications'), details).expect(200)
  client = { id: body.client_id, secret: body.client_secret }
})

const organization = (path = '') => `/api/v1/organization/${acme}${path}`
const application = (path = '') => organization(`/applications/${client.id}${path}`)
const robot = (path = '') => organization(`/robots/ci${path}`)
const user = () => `/api/v1/superuser/users/${bob}`

const ORGANIZATION = () => `namespaces WHERE name = '${acme}'`
const BOB = () => `namespaces WHERE name = '${bob}'`
const APPLICATION = () => `oauth_applications WHERE client_id = '${client.id}'`
const ROBOT = () => `robots WHERE namespace_id = (SELECT id FROM ${ORGANIZATION()})`

/** Sends a request while others hold rows by a lock that keeps every other off, and change something before they let go. */
async function during(rows: string, change: string, send: () => PromiseLike<Response>) {
  const hold = `SELECT 1 FROM ${rows} FOR UPDATE`
  const { waited, answer } = await sendDuring(stage, { hold, change }, send)
  expect(waited).toBe(true)
  return answer
}

const set = (rows: string, values: string) =>
  `UPDATE ${rows.replace(' WHERE', ` SET ${values} WHERE`)}`

const grant = (scope?: string) =>
  stage.api
    .call('post', '/oauth/token')
    .auth(client.id, client.secret)
    .type('form')
    .send({ grant_type: 'client_credentials', scope })

describe('the last administrator stays where the other one goes just now:', () => {
  const ALICE_GOES = () => `DELETE FROM team_members WHERE team_id = (
    SELECT id FROM teams WHERE name = 'owners' AND organization_id = (SELECT id FROM ${ORGANIZATION()}))`

  it.each<[string, () => PromiseLike<Response>]>([
    ['taken out of the organization', () => alice.delete(organization(`/members/${bob}`))],
    ['taken out of the team', () => alice.delete(organization(`/team/admins/members/${bob}`))],
    ['denied the role', () => alice.put(organization('/team/admins'), { role: 'member' })],
    ['losing the team', () => alice.delete(organization('/team/admins'))],
    ['deleted', () => root.delete(user())],
  ])('%s', async (_, send) => {
    const { status } = await during(ORGANIZATION(), ALICE_GOES(), send)
    expect(status).toBe(400)
    const admins = { team: { role: 'admin', organization: { name: acme } }, user: { name: bob } }
    expect(await stage.db.teamMember.count({ where: admins as object })).toBe(1)
  })
})

describe('an application gets no token for', () => {
  it.each<[string, () => string, () => string, number]>([
    [
      'a secret that was replaced',
      APPLICATION,
      () => set(APPLICATION(), 'secret_sealed = NULL'),
      401,
    ],
    ['scopes that it lost', APPLICATION, () => set(APPLICATION(), "scopes = '{}'"), 400],
    [
      'an organization that was disabled',
      APPLICATION,
      () => set(ORGANIZATION(), 'enabled = false'),
      401,
    ],
  ])('%s', async (_, rows, change, status) => {
    expect((await during(rows(), change(), () => grant('org:admin'))).status).toBe(status)
    expect(
      await stage.db.oAuthToken.count({ where: { application: { clientId: client.id } } }),
    ).toBe(0)
  })
})

describe('nobody gets by a change of before', () => {
  const limited = async () => stage.client('alice', 'org:admin')

  it('the secret of an application with scopes beyond the own ones', async () => {
    const change = set(APPLICATION(), "scopes = '{super:user}'")
    const { status, body } = await during(APPLICATION(), change, () =>
      alice.post(application('/resetclientsecret')),
    )
    expect([status, body.client_secret]).toEqual([403, undefined])
  })

  it('a place in a team of administrators, with a token for less', async () => {
    const token = await limited()
    const change = `UPDATE teams SET role = 'admin' WHERE name = 'readers'
      AND organization_id = (SELECT id FROM ${ORGANIZATION()})`
    const { status } = await during(ORGANIZATION(), change, () =>
      token.put(organization(`/team/readers/members/${acme}+ci`)),
    )
    expect(status).toBe(403)
  })

  it.each<[string, () => PromiseLike<Response>]>([
    ['deletes', () => root.delete(user())],
    ['changes', () => root.put(user(), { enabled: false })],
  ])('a user who is a superuser by now: no other superuser %s one', async (_, send) => {
    const { status } = await during(BOB(), set(BOB(), 'superuser = true'), send)
    expect(status).toBe(400)
    const row = await stage.db.namespace.findUniqueOrThrow({ where: { name: bob } })
    expect(row.enabled).toBe(true)
  })
})

describe('what others have deleted meanwhile is not there:', () => {
  const newEntry = async () => {
    const entry = { issuer: 'https://issuer.example.com', subject: 'job' }
    const { body } = await alice.post(robot('/federation/entries'), entry).expect(201)
    return body.id as string
  }
  const replaced = async () => {
    await alice.post(robot('/regenerate?grace=1h')).expect(201)
    return (await alice.get(robot('/secrets')).expect(200)).body.secrets[1].id as string
  }

  it.each<[string, string, () => Promise<string>, (id: string) => PromiseLike<Response>]>([
    [
      'a secret, to be ended',
      'robot_secrets',
      replaced,
      (id) => alice.delete(robot(`/secrets/${id}`)),
    ],
    [
      'a secret, to get another end',
      'robot_secrets',
      replaced,
      (id) => alice.patch(robot(`/secrets/${id}`), { expires_at: '2100-01-01T00:00:00Z' }),
    ],
    [
      'an entry, to be removed',
      'federation_entry_rows',
      newEntry,
      (id) => alice.delete(robot(`/federation/entries/${id}`)),
    ],
    [
      'an entry, to be changed',
      'federation_entry_rows',
      newEntry,
      (id) => alice.patch(robot(`/federation/entries/${id}`), { expires_in: 600 }),
    ],
  ])('%s', async (_, table, make, send) => {
    const id = await make()
    const { status } = await during(ROBOT(), `DELETE FROM ${table} WHERE id = '${id}'`, () =>
      send(id),
    )
    expect(status).toBe(404)
  })
})
