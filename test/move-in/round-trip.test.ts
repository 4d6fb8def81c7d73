import { afterAll, beforeAll, expect, test } from 'vitest'
import { SCOPES } from '../../src/domain/scopes.ts'
import { programDatabase, quayRobots, type Server, serve } from '../cli/program.ts'
import { apiOf, type Client } from '../helpers/api.ts'
import { TEST_SECRET_KEY } from '../helpers/service.ts'
import { type SourceStage, startSourceStage } from './source-stage.ts'

const database = programDatabase()
const env = () => ({
  ...database().env,
  SECRET_KEY: TEST_SECRET_KEY.toString('base64'),
  API_PROFILE: 'live',
  SUPERUSERS_FULL_ACCESS: 'true',
})

let source: SourceStage
beforeAll(async () => {
  source = await startSourceStage()
})
afterAll(() => source.close())

const run = (...args: string[]) => quayRobots(env(), args)
const importQuay = (...args: string[]) =>
  run('import', 'quay', '--from', source.url, '--token-file', source.tokenFile, ...args)

const LISTS = [
  ...['superuser/users/', 'superuser/organizations/'],
  ...['organization/acme', 'organization/globex', 'organization/acme/members'],
  ...['owners', 'devs', 'admins'].map((team) => `organization/acme/team/${team}/members`),
  'organization/acme/robots?token=true&permissions=true',
  ...['deployer', 'bare', 'described', 'bound'].flatMap((robot) => [
    `organization/acme/robots/${robot}`,
    `organization/acme/robots/${robot}/federation`,
    `organization/acme/robots/${robot}/permissions`,
  ]),
  ...['acme', 'alice', 'globex'].map((namespace) => `repository?namespace=${namespace}`),
  ...['acme/web', 'acme/team/nested', 'alice/dotfiles'].flatMap((repository) => [
    `repository/${repository}`,
    `repository/${repository}/permissions/user/`,
    `repository/${repository}/permissions/team/`,
  ]),
  'organization/acme/prototypes',
]

/** What a list says, without what says when things were made. */
async function listed(client: Client, path: string) {
  const { status, body } = await client.get(`/api/v1/${path}`)
  const text = JSON.stringify({ status, body }, (key, value) =>
    ['created', 'last_accessed', 'id', 'status_token'].includes(key) ? undefined : value,
  )
  return JSON.parse(text)
}

test('a dry run changes nothing', async () => {
  const { code, stdout, stderr } = await importQuay('--dry-run')
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('reading') })
  expect(stdout).toContain('Nothing was changed (--dry-run).')
  expect(stdout).toMatch(/^ {2}robots +4 +0/m)
  expect((await run('robot', 'list')).stdout).toBe('')
})

test('what a Quay has comes over', async () => {
  // As the docs have it: superusers are made before.
  const root = ['user', 'create', 'root', '--superuser', '--email', 'root@example.com']
  await run(...root)
  const moved = await importQuay()
  expect(moved).toMatchObject({ stderr: expect.not.stringContaining('not be taken'), code: 0 })
  for (const secret of Object.values(source.secrets)) {
    expect(moved.stdout + moved.stderr).not.toContain(secret)
  }
})

async function expectAlike(target: Server, rootToken: string, aliceToken: string) {
  const there = await source.client('root', ...SCOPES)
  const here = apiOf(target.url).as(rootToken)
  for (const path of LISTS) {
    expect({ path, ...(await listed(here, path)) }).toEqual({
      path,
      ...(await listed(there, path)),
    })
  }
  const own = 'user/robots?token=true&permissions=true'
  const alice = await source.client('alice', ...SCOPES)
  expect(await listed(apiOf(target.url).as(aliceToken), own)).toEqual(await listed(alice, own))
}

test('the robots of a user come with a token of that user', async () => {
  const file = await source.tokenFileFor('alice')
  const args = ['import', 'quay', '--from', source.url, '--token-file', file, '--json']
  const { code, stdout } = await run(...args)
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({
    code: 0,
    taken: [{ kind: 'robot', name: 'alice+mine' }],
    not_taken: [],
  })
})

test('afterwards both answer alike, and secrets from there log in here', async () => {
  const token = ['token', 'create', '--scope', SCOPES.join(' '), '--user']
  const [rootToken, aliceToken] = [
    (await run(...token, 'root')).stdout.trim(),
    (await run(...token, 'alice')).stdout.trim(),
  ]
  const target = await serve(env())
  await expectAlike(target, rootToken, aliceToken)
  for (const [robot, secret] of Object.entries(source.secrets)) {
    await apiOf(target.url).login(robot, secret).expect(200)
  }
  await target.stop()
})

test('a second run finds all of it there', async () => {
  const { code, stdout } = await importQuay('--json')
  const report = JSON.parse(stdout)
  expect(code).toBe(0)
  const none = { taken: [], changed: [], left: [], conflicts: [], not_taken: [] }
  expect(report).toMatchObject({ ...none, done: true })
  expect(report.counts.robot).toEqual({
    ...{ taken: 0, already_there: 4, change: 0, left: 0, conflict: 0, not_taken: 0 },
  })
  for (const secret of Object.values(source.secrets)) expect(stdout).not.toContain(secret)
})

test('an organization that somebody administers here alone is a conflict, one that somebody does there alone is not', async () => {
  await source.organization('initech', 'alice')
  await run('user', 'create', 'mallory', '--email', 'mallory@example.com')
  await run('org', 'create', 'initech', '--owner', 'mallory')
  const bob = await source.client('bob', ...SCOPES)
  await bob.put('/api/v1/organization/globex/team/owners/members/carol', {}).expect(200)
  const { code, stdout } = await importQuay('--json')
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({
    code: 1,
    conflicts: [
      {
        ...{ kind: 'organization', name: 'initech' },
        why: 'mallory administers it here, and not there',
      },
    ],
  })
})
