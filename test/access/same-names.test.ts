import { afterAll, beforeAll, expect, it } from 'vitest'
import { ISSUER, type Namesakes, type Step, startNamesakes } from './namesakes.ts'

// Of two organizations that have the same by the same names, what is done to one neither shows nor changes anything of the
// other.

let stage: Namesakes
let stays: Awaited<ReturnType<Namesakes['organization']>>
let goes: typeof stays
let shown: Record<string, unknown>
/** What there was before there was the other one. */
let rows: string[]

beforeAll(async () => {
  stage = await startNamesakes()
  stays = await stage.organization('stays')
  shown = await shownOfStays()
  rows = await stage.rows()
  goes = await stage.organization('goes')
})

afterAll(() => stage.close())

const SHOWN = [
  ...['', '/members', '/members/bob', '/collaborators', '/prototypes'].map((p) => `{path}${p}`),
  ...['/robots?permissions=true', '/team/devs/members', '/team/devs/permissions'].map(
    (part) => `{path}${part}`,
  ),
  ...['', '/permissions', '/federation', '/tokens'].map((part) => `{robot}${part}`),
  ...['{path}/applications', '{application}', '{application}/tokens'],
  ...['{path}/issuers', '{path}/issuers/cluster'],
  ...['user/', 'user/bob', 'user/bob/transitive', 'team/', 'team/devs'].map(
    (part) => `{repository}/permissions/${part}`,
  ),
  ...['{repository}', '/api/v1/repository?namespace={name}'],
  ...['d', 'c', 'b'].map((p) => `/api/v1/entities/${p}?namespace={name}&includeTeams=true`),
  ...['{path}/logs', '{path}/aggregatelogs'].flatMap((log) => [
    `${log}?kind=create_robot`,
    `${log}?kind=create_robot&robot=ci`,
    `${log}?kind=create_robot&performer=alice`,
  ]),
  ...['logs', 'aggregatelogs'].map((log) => `{repository}/${log}?kind=change_repo_permission`),
]

async function shownOfStays() {
  const answers: Record<string, unknown> = {}
  for (const path of SHOWN) {
    const { body } = await stage.take(stage.alice, ['get', path], stays).expect(200)
    const { start_time: _, end_time: __, ...answer } = body
    answers[path] = answer
  }
  return answers
}

it('each is shown its own', async () => {
  expect(await shownOfStays()).toEqual(shown)
})

const named = { name: 'new', redirect_uri: '', application_uri: '' }

it.each<Step>([
  ['delete', '{robot}/tokens/{robotToken}'],
  ['get', '{robot}/federation/entries/{entry}'],
  ['patch', '{robot}/federation/entries/{entry}', { subject: 'other' }],
  ['delete', '{robot}/federation/entries/{entry}'],
  ['put', '{path}/prototypes/{prototype}', { role: 'read' }],
  ['delete', '{path}/prototypes/{prototype}'],
  ['get', '{path}/applications/{client}'],
  ['put', '{path}/applications/{client}', named],
  ['delete', '{path}/applications/{client}'],
  ['post', '{path}/applications/{client}/resetclientsecret'],
  ['get', '{path}/applications/{client}/tokens'],
  ['post', '{path}/applications/{client}/tokens', { name: 'two', scope: 'org:admin' }],
  ['delete', '{path}/applications/{client}/tokens/{token}'],
  ['delete', '{application}/tokens/{token}'],
])('below the one, %s %s finds nothing of the other', async (...step) => {
  const before = await stage.rows()
  const { path, robot, application } = goes
  await stage.take(stage.alice, step, { ...stays, path, robot, application }).expect(404)
  expect(await stage.rows()).toEqual(before)
})

it.each<Step>([
  ['patch', '{robot}', { description: 'other', enabled: false }],
  ['post', '{robot}/regenerate'],
  ['delete', '{robot}/tokens/{robotToken}'],
  ['post', '{robot}/federation', [{ issuer: ISSUER, subject: 'other' }]],
  ['put', '{path}/prototypes/{prototype}', { role: 'write' }],
  ['put', '{application}', named],
  ['post', '{application}/resetclientsecret'],
  ['delete', '{application}/tokens/{token}'],
  ['put', '{path}/team/devs', { role: 'creator', description: 'd' }],
  ['put', '{repository}/permissions/user/bob', { role: 'admin' }],
  ['put', '{repository}/permissions/team/devs', { role: 'admin' }],
  ['put', '{repository}', { description: 'd' }],
  ['post', '{repository}/changevisibility', { visibility: 'public' }],
  ['delete', '{path}/team/devs/members/{name}+ci'],
  ['delete', '{path}/members/bob'],
  ['delete', '{path}/members/carol'],
  ['delete', '{path}/prototypes/{prototype}'],
  ['delete', '{repository}/permissions/user/{name}+ci'],
  ['delete', '{repository}/permissions/team/devs'],
  ['delete', '{repository}'],
  ['delete', '{path}/team/devs'],
  ['delete', '{robot}/federation'],
  ['delete', '{robot}'],
  ['delete', '{path}/issuers/cluster'],
  ['delete', '{application}'],
])('%s %s changes nothing of the other', async (...step) => {
  await stage.changes(() => stage.take(stage.alice, step, goes), rows)
})

it('a change of an issuer record, a name and a deletion leave the other what it has', async () => {
  const { organization, take, changes, alice, root, jwks } = stage
  const another = await organization('another')
  const record = { issuer: ISSUER, jwks, single_use: true }
  const renamed = '/api/v1/superuser/organizations/renamed'
  for (const [client, ...step] of [
    [alice, 'put', '{path}/issuers/cluster', record],
    [root, 'put', '/api/v1/superuser/organizations/another', { name: 'renamed' }],
    [root, 'delete', renamed],
  ] as const) {
    await changes(() => take(client, step as unknown as Step, another), rows)
  }
})

it('the other is shown as before once all is gone', async () => {
  expect(await shownOfStays()).toEqual(shown)
})
