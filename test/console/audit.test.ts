import { readFileSync } from 'node:fs'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { dayCounts } from '../../console/src/audit/day-counts.ts'
import { entryChangesOf } from '../../console/src/audit/entry-changes.ts'
import { reasonInWords } from '../../console/src/audit/reason-words.ts'
import { SENTENCES, sentenceOf } from '../../console/src/audit/sentences.ts'
import { namespaceId } from '../helpers/rows.ts'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

const GITHUB = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:acme/web:ref:refs/heads/main',
}
const REFUSED = {
  type: 'federation',
  kind: 'robot',
  robot: 'acme+deployer',
  message: 'no such sub',
}

const visit = visitor({}, async (stage) => {
  await stage.people('alice')
  await stage.superusers('root')
  await stage.organization('acme')
  await stage.robot('acme+deployer')
  const entry = (at: string, kind: string, metadata: object, performerName?: string) => {
    const createdAt = new Date(at)
    const id = v7({ msecs: createdAt.getTime() })
    return { id, kind, metadata, createdAt, performerName: performerName ?? null, ip: '192.0.2.7' }
  }
  const exchange = { ...GITHUB, robot: 'deployer' }
  const entries = [
    entry('2026-03-03T10:00:00Z', 'federated_robot_token_exchange', exchange, 'acme+deployer'),
    entry('2026-03-03T11:00:00Z', 'login_failure', { ...REFUSED, code: 'subject_mismatch' }),
    entry('2026-03-05T12:00:00Z', 'login_failure', { ...REFUSED, code: 'token_used' }),
    ...Array.from({ length: 25 }, (_, at) =>
      entry(`2026-03-04T00:00:${10 + at}Z`, 'create_robot', { robot: `ci${at}` }, 'alice'),
    ),
  ]
  const namespace = { namespaceId: await namespaceId(stage.db, 'acme'), namespaceName: 'acme' }
  await stage.db.auditEntry.createMany({ data: entries.map((one) => ({ ...one, ...namespace })) })
})

const PERIOD = 'starttime=2026-03-01&endtime=2026-03-31'

test('a log is told in sentences by day, narrowed by its address, and saved as a file', async () => {
  const { page } = visit
  await visit.open(`/orgs/acme/audit?${PERIOD}`)
  await visit.heading('Log of acme')
  await page.getByText('Refused: acme+deployer: no such sub').first().waitFor()
  const reasons = page.getByRole('list', { name: 'Refusals by reason' })
  await reasons.getByText('subject_mismatch 1').waitFor()
  await page.getByText('As a table').click()
  await page.getByRole('row', { name: '2026-03-03 1 0 1' }).waitFor()
  await page.getByRole('row', { name: '2026-03-04 0 0 0' }).waitFor()
  await page.getByText('login_failure as JSON').first().click()
  await page.getByText('"code": "token_used"').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Older' }).click()
  const days = page.getByRole('region', { name: '2026-03-03' })
  await days
    .getByText('GitHub job repo:acme/web:ref:refs/heads/main signed in as acme+deployer')
    .waitFor()
  const what = page.getByLabel('What')
  expect(await what.locator('optgroup').count()).toBeGreaterThan(5)
  expect(await what.locator('optgroup[label=Robots] option').allTextContents()).toEqual([
    ...['change robot', 'change robot policy', 'create robot', 'delete robot'],
  ])
  await what.selectOption('create_robot')
  await page.getByLabel('Who').fill('alice')
  await page.keyboard.press('Enter')
  await page.getByText('alice made robot acme+ci24').waitFor()
  expect(new URL(page.url()).search).toBe(`?${PERIOD}&kind=create_robot&performer=alice`)
  await expect.poll(() => page.getByText('Refused').count()).toBe(0)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as CSV' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('log-acme.csv')
  const lines = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\r\n')
  expect(lines).toHaveLength(26)
  expect(await page.getByLabel('From').inputValue()).toBe('2026-03-01')
  await page.getByLabel('From').fill('2026-03-31')
  await page.keyboard.press('Enter')
  await page.getByText('Nothing of that is in the log').waitFor()
  await page.goBack()
  await page.getByText('alice made robot acme+ci24').waitFor()
  const robot = page.getByRole('link', { name: 'acme+ci24' })
  expect(await robot.getAttribute('href')).toBe('/orgs/acme/robots/ci24')
  await page.goto('/orgs/acme/audit?starttime=yesterday')
  await page.getByText('starttime is no date').first().waitFor()
})

test('of a change of federation both logs of a robot say which entry it was, and what it says now', async () => {
  const { page, stage } = visit
  await stage.robot('acme+changed', [GITHUB])
  const client = await stage.client('alice', 'org:admin', 'user:admin')
  const entries = '/api/v1/organization/acme/robots/changed/federation/entries'
  const { id } = (await client.get(entries).expect(200)).body.entries[0]
  const claims = { repository_id: '9' }
  await client.patch(`${entries}/${id}`, { subject: 'repo:acme/shop', claims }).expect(200)
  await visit.open('/orgs/acme/robots/changed/activity')
  const newest = page.getByRole('list', { name: 'What changed' }).first()
  const told = [
    'Changed: GitHub job repo:acme/shop',
    `subject: ${GITHUB.subject} → repo:acme/shop`,
    'claims.repository_id: nothing → 9',
  ]
  for (const text of told) await newest.getByText(text).waitFor()
  await page.getByText(`New: GitHub job ${GITHUB.subject}`).waitFor()
  await expectAccessible(page)
  await page.goto('/orgs/acme/audit?kind=create_robot_federation')
  for (const text of told) await newest.getByText(text).waitFor()
})

test('superusers read the log of the installation, and others are told that they may not', async () => {
  const { page } = visit
  await visit.open(`/audit?${PERIOD}`, 'root')
  await page.getByText('Refused: acme+deployer: no such sub').first().waitFor()
  await page.getByText('A repository is looked for in the log of').waitFor()
  const menu = page.getByRole('navigation', { name: 'Administration' })
  await menu.getByRole('link', { name: 'Log', exact: true }).waitFor()
  await expectAccessible(page)
  await page.getByLabel('Robot').fill('acme+ci24')
  await page.keyboard.press('Enter')
  await page.getByText('alice made robot acme+ci24').waitFor()
  await expect.poll(() => page.getByText('Refused').count()).toBe(0)
  await page.getByLabel('Robot').fill('ci24')
  await page.keyboard.press('Enter')
  await page.getByText('robot needs its full name among those of all owners').first().waitFor()
  await page.goto(`/audit?${PERIOD}&performer=acme%2Bdeployer`)
  await page.getByText('signed in as acme+deployer').waitFor()
  await expect.poll(() => page.getByText('alice made robot').count()).toBe(0)
  await page.context().clearCookies()
  await page.goto('/audit')
  await visit.signIn('alice')
  await page.getByText('You have no right to see this').first().waitFor()
})

test('every kind of entry has a sentence, and none that there is not', () => {
  const text = readFileSync(
    new URL('../../src/services/audit/audit-log.ts', import.meta.url),
    'utf8',
  )
  const kinds = [...text.matchAll(/^ {2}\| '(\w+)'$/gm)].map(([, kind]) => kind)
  expect(kinds.length).toBeGreaterThan(70)
  expect(Object.keys(SENTENCES).sort()).toEqual(kinds.sort())
})

const performer = { name: 'alice', kind: 'user', is_robot: false, avatar: {} } as never
test.each([
  ['create_robot', { robot: 'ci' }, 'alice made robot acme+ci'],
  [
    'change_robot',
    { robot: 'ci', enabled: false, reason: 'leak' },
    'alice disabled robot acme+ci: leak',
  ],
  [
    'change_repo_permission',
    { team: 'dev', role: 'write', namespace: 'acme', repo: 'web' },
    'alice gave team dev the role write in acme/web',
  ],
  [
    'user_change_superuser',
    { username: 'bob', superuser: false },
    'alice took bob the rights of a superuser',
  ],
  [
    'federated_robot_token_exchange',
    { issuer: 'https://k8s.example', subject: 'system:x', robot: 'ci', type: 'v2auth' },
    'system:x of k8s.example logged in to the registry as acme+ci',
  ],
  [
    'login_failure',
    {
      type: 'v2auth',
      robot: 'acme+ci',
      message: 'Could not find robot with username: acme+ci and supplied password.',
    },
    'Refused: acme+ci: wrong secret, or one that has ended',
  ],
  [
    'login_failure',
    { type: 'quayauth', kind: 'user', username: 'bob', message: 'Invalid Username or Password' },
    'Refused: bob: Invalid Username or Password',
  ],
  [
    'regenerate_robot_token',
    { robot: 'ci', replaced_until: '2026-12-01T23:25:01.705Z' },
    'alice made a new secret of robot acme+ci; the one before is good until 2026-12-01 23:25:01 UTC',
  ],
  [
    'change_robot',
    { robot: 'ci', expires_at: '2027-01-31T00:00:00.000Z' },
    'alice let robot acme+ci expire on 2027-01-31 00:00:00 UTC',
  ],
  [
    'change_robot_secret',
    { robot: 'ci', expires_at: null },
    'alice changed when a secret of robot acme+ci expires: never',
  ],
  ['some_new_kind', {}, 'alice: some new kind'],
])('an entry %s is a sentence', (kind, metadata, sentence) => {
  const entry = { kind, metadata, performer, ip: null, datetime: '' }
  expect(sentenceOf(entry, 'acme')).toBe(sentence)
})

test.each([
  [undefined, []],
  [{ omitted_bytes: 70_000 }, [{ title: 'What changed is too long for the log', keys: [] }]],
  [[], [{ title: 'No entry says anything else than before', keys: [] }]],
  [
    [{ change: 'added', ...GITHUB, before: {}, after: { ...GITHUB, audiences: ['a', 'b'] } }],
    [{ title: `New: GitHub job ${GITHUB.subject}`, keys: ['audiences: a, b'] }],
  ],
  [
    [
      {
        change: 'removed',
        ...GITHUB,
        before: { ...GITHUB, claims: { x: { glob: '*' } } },
        after: {},
      },
    ],
    [{ title: `Gone: GitHub job ${GITHUB.subject}`, keys: ['claims.x: {"glob":"*"}'] }],
  ],
])('changes %j of federation entries have words', (changes, words) => {
  const metadata = { ...(changes && { changes }) }
  const entry = { kind: 'create_robot_federation', metadata, ip: null, datetime: '' }
  expect(entryChangesOf(entry)).toEqual(words)
})

test('reasons have words, but those that the help has by their codes', () => {
  expect(reasonInWords('v2auth')).toBe('at the registry, by secret or password (v2auth)')
  expect(reasonInWords('dns')).toBe('the name of the issuer is not found (dns)')
  expect(reasonInWords('subject_mismatch')).toBe('subject_mismatch')
})

test('days without an entry are in the chart, and no more than a quarter of a year', () => {
  const count = (day: string) => ({ kind: 'login_success', count: 2, datetime: `${day}T00:00:00Z` })
  expect(dayCounts([count('2026-03-03'), count('2026-03-01')])).toEqual([
    { day: '2026-03-01', exchanges: 0, logins: 2, refusals: 0 },
    { day: '2026-03-02', exchanges: 0, logins: 0, refusals: 0 },
    { day: '2026-03-03', exchanges: 0, logins: 2, refusals: 0 },
  ])
  expect(dayCounts([count('2020-01-01'), count('2026-03-03')])).toHaveLength(92)
  expect(dayCounts([])).toEqual([])
})
