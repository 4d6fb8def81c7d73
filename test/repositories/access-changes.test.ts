import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage
let as: Awaited<ReturnType<Stage['client']>>

const ACCESS = '/api/v1/organization/acme/access'

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob', 'carol')
  await stage.organization('acme')
  await stage.robot('acme+ci')
  await stage.team('acme', { name: 'devs', role: 'member', members: ['carol'] })
  await stage.repository('acme/web', { teams: { devs: 'read' } })
  await stage.repository('acme/team/api')
  as = await stage.client('alice', 'org:admin', 'repo:admin')
})
afterAll(() => stage.close())

const change = (
  kind: 'robot' | 'user' | 'team',
  name: string,
  role: string | null,
  repository = 'web',
) => ({ repository, kind, name, role })

/** Roles of their own, as `name in repository: role`. */
async function roles(): Promise<string[]> {
  const { body } = await as.get(ACCESS).expect(200)
  type Holder = { name: string; access: { repository: string; sources: Source[] }[] }
  type Source = { from: string; role: string }
  return body.holders.flatMap(({ name, access }: Holder) =>
    access.flatMap(({ repository, sources }) =>
      sources
        .filter(({ from }) => from === 'direct')
        .map(({ role }) => `${name} in ${repository}: ${role}`),
    ),
  )
}

it('roles are given and taken together, each with an entry in the log', async () => {
  const before = await roles()
  await stage.clearLog()
  const changes = [
    change('robot', 'acme+ci', 'write'),
    change('user', 'bob', 'admin', 'team/api'),
    change('team', 'devs', null),
    change('team', 'devs', 'write', 'team/api'),
  ]
  await as.post(ACCESS, { changes }).expect(204)
  const lost = 'devs in web: read'
  expect((await roles()).sort()).toEqual(
    [
      ...before.filter((one) => one !== lost),
      ...['acme+ci in web: write', 'bob in team/api: admin', 'devs in team/api: write'],
    ].sort(),
  )
  const { body } = await as.get('/api/v1/organization/acme/logs').expect(200)
  expect(body.logs.map(({ kind }: { kind: string }) => kind).sort()).toEqual([
    ...['change_repo_permission', 'change_repo_permission', 'change_repo_permission'],
    'delete_repo_permission',
  ])
  await as.post(ACCESS, { changes: [change('robot', 'acme+ci', null)] }).expect(204)
  expect(await roles()).not.toContain('acme+ci in web: write')
})

it.each([
  ['acme+ci in web: User does not', [change('robot', 'acme+ci', null)]],
  ['team nobody in web: No team nobody', [change('team', 'nobody', 'read')]],
  ['nobody in web: Invalid username', [change('user', 'nobody', 'read')]],
  ['other+ci in web: Cannot add robot', [change('robot', 'other+ci', 'read')]],
  ['changes: acme has no repository shop', [change('user', 'bob', 'read', 'shop')]],
  [
    'changes: bob in web is there twice',
    [change('user', 'bob', 'read'), change('user', 'bob', 'write')],
  ],
])('none is changed where one is refused: %s', async (words, refused) => {
  const before = await roles()
  // It would be made first.
  const changes = [...refused, change('robot', 'acme+ci', 'admin', 'team/api')]
  const { body } = await as.post(ACCESS, { changes }).expect(400)
  expect(body.error_message).toContain(words)
  expect(await roles()).toEqual(before)
})

it.each([
  ['none', []],
  ['more than a hundred', Array.from({ length: 101 }, (_, at) => change('user', `u${at}`, 'read'))],
  ['a role that there is not', [change('user', 'bob', 'owner')]],
  ['what nobody knows', [{ ...change('user', 'bob', 'read'), more: 1 }]],
])('are refused: %s', async (_, changes) => {
  await as.post(ACCESS, { changes }).expect(400)
})

it('takes an administrator, and a token that administers repositories', async () => {
  const changes = [change('user', 'bob', 'read')]
  const ofOrganizations = await stage.client('alice', 'org:admin')
  await ofOrganizations.post(ACCESS, { changes }).expect(403)
  const member = await stage.client('carol', 'org:admin', 'repo:admin')
  await member.post(ACCESS, { changes }).expect(403)
})
