import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACME } from './acme.ts'
import { startApplyStage } from './apply-stage.ts'

// What an export says of a service, and what apply makes of it.

let stage: Awaited<ReturnType<typeof startApplyStage>>
beforeAll(async () => {
  stage = await startApplyStage()
})
afterAll(() => stage.close())

test('an export makes the same of an empty service, and is the same text there', async () => {
  expect(await stage.apply(ACME, '--prune')).toMatchObject({ code: 0, stderr: '' })
  const { stdout: exported } = await stage.run('export')
  expect(exported).toBe(ACME)
  const kinds = (await stage.db.auditEntry.findMany()).map(({ kind }) => kind)
  expect(kinds).toContain('change_robot')
  expect(kinds.filter((kind) => kind.startsWith('reveal_'))).toEqual([])

  const other = await startApplyStage()
  try {
    expect(await other.apply(exported, '--prune')).toMatchObject({ code: 0, stderr: '' })
    expect((await other.run('export')).stdout).toBe(exported)
  } finally {
    await other.close()
  }
})

test.each([
  ['as an export says it', ACME],
  [
    'in other words',
    ACME.replace('  cluster:\n', '$&    single_use: false\n').replace('00.000Z', '00Z'),
  ],
])('what is there already is not sent again: %s', async (_, file) => {
  await stage.clearLog()
  const since = stage.requests.length
  expect(await stage.apply(file, '--prune')).toEqual({
    code: 0,
    stdout: `Nothing to do: ${stage.url} is what the files say.\n`,
    stderr: '',
  })
  const sent = stage.requests.slice(since)
  expect(sent.length).toBeGreaterThan(10)
  expect(sent.filter((method) => method !== 'GET')).toEqual([])
  expect(await stage.db.auditEntry.count()).toBe(0)
})

test('several organizations are printed one after the other, as one file', async () => {
  for (const name of ['zoo', 'ark']) await stage.organization(name)
  const { stdout } = await stage.run('export', '--organization', 'zoo', 'ark')
  expect(stdout.match(/^(---|organization: .*)$/gm)).toEqual([
    ...['organization: zoo', '---', 'organization: ark'],
  ])
  expect((await stage.apply(stdout)).stdout).toMatch(/^Nothing to do/)
  for (const name of ['zoo', 'ark']) {
    await (await stage.client('alice', 'org:admin'))
      .delete(`/api/v1/organization/${name}`)
      .expect(204)
  }
})

test('a dry run says what would change, and changes nothing', async () => {
  const before = (await stage.run('export')).stdout
  const since = stage.requests.length
  const changed = ACME.replace('role: creator', 'role: member')
    .replace('expires_in: 600', 'expires_in: 900')
    .replace('team: web', 'team: shop')
    .replace('  web:\n    visibility: private', '  web:\n    visibility: public')
  const { code, stdout } = await stage.apply(changed, '--dry-run')
  expect([code, stdout.split('\n')]).toEqual([
    5,
    [
      'change team builders of acme: role creator → member',
      'change robot acme+ci: labels {"team":"web"} → {"team":"shop"}',
      'change repository acme/web: visibility private → public',
      'change federation entry of acme+ci for system:serviceaccount:ci:runner of ' +
        'https://kubernetes.default.svc.cluster.local: expires_in 600 → 900; robot tokens that came from it end',
      '4 changes would be made. Nothing was changed (--dry-run).',
      '',
    ],
  ])
  expect(stage.requests.slice(since).filter((method) => method !== 'GET')).toEqual([])
  expect((await stage.run('export')).stdout).toBe(before)

  expect((await stage.apply(changed)).stdout).toContain('\n4 changes made.\n')
  const { stdout: after } = await stage.run('export', '--organization', 'acme')
  expect(after).toBe(changed)
  expect((await stage.apply(ACME)).stdout).toContain('\n4 changes made.\n')
})

test('what a file does not name stays, and is told; pruning removes it, and nothing else', async () => {
  const file = `organization: acme
teams:
  builders:
    members: []
  owners:
robots:
  ci:
    federation: []
repositories:
  team/app:
    permissions:
      robots: {}
  web:
`
  const left = [
    'role write of robot ci in acme/team/app',
    'role read of robot deployer in acme/team/app',
    'federation entry of acme+ci for system:serviceaccount:ci:runner of https://kubernetes.default.svc.cluster.local',
    'federation entry of acme+ci for system:serviceaccount:ci:other of https://kubernetes.default.svc.cluster.local',
    'member acme+ci of team builders of acme',
    'member bob of team builders of acme',
    'robot acme+deployer',
  ]
  const kept = await stage.apply(file, '--json')
  expect(JSON.parse(kept.stdout)).toEqual({
    ...{ server: stage.url, dry_run: false, made: 0, changes: [], left },
  })
  expect((await stage.run('export')).stdout).toBe(ACME)

  const pruned = await stage.apply(file, '--prune', '--json')
  const { changes } = JSON.parse(pruned.stdout)
  expect(changes.map(({ action, thing }: Record<string, string>) => [action, thing])).toEqual(
    left.map((thing) => ['remove', thing]),
  )
  // A default permission goes with its robot.
  expect((await stage.run('export')).stdout).toBe(
    ACME.replace(/ {4}members:\n {6}- acme\+ci\n {6}- bob\n/, '    members: []\n')
      .replace(/ {4}federation:\n( {6}.*\n)+/, '    federation: []\n')
      .replace(/ {2}deployer:\n( {4}.*\n)+/, '')
      .replace(/ {6}robots:\n( {8}.*\n)+/, '      robots: {}\n')
      .replace(/ {2}- robot: deployer\n( {4}.*\n)+/, ''),
  )
})
