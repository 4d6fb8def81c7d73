import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

const visit = visitor({}, async (stage) => {
  await stage.people('alice', 'mallory')
  await stage.organization('acme')
  await stage.robot('acme+ci')
  await stage.team('acme', { name: 'devs', role: 'member', members: ['acme+ci'] })
  await stage.repository('acme/api', { teams: { devs: 'read' } })
  await stage.repository('acme/web/front')
})

test('what a robot may do is shown with its reasons, and changed in place', async () => {
  const { page } = visit
  await visit.open('/orgs/acme/robots/ci/access')
  await page.getByRole('row', { name: /acme\/api.*read by team devs/ }).waitFor()
  await page.getByText('read: pull · write: pull and push · admin: all').waitFor()
  await expectAccessible(page)
  await page.getByLabel('Repository of acme').fill('nowhere')
  await page.getByRole('button', { name: 'Give it' }).click()
  await page.locator('.problem').getByText('acme has no repository nowhere.').waitFor()
  await page.getByLabel('Repository of acme').fill('web/front')
  await page.getByRole('button', { name: 'Give it' }).click()
  await page.getByText('acme+ci has write in web/front.').waitFor()
  await page.getByRole('row', { name: /acme\/web\/front write write, given directly/ }).waitFor()
  const own = page.getByLabel('Own role of acme+ci in web/front')
  await own.selectOption('admin')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('row', { name: /acme\/web\/front admin/ }).waitFor()
  await expectAccessible(page)
  await own.selectOption('none')
  await page.getByRole('button', { name: 'Take away' }).click()
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
})

test('by keyboard and in one request: a robot that pushes to one repository, and nothing else', async () => {
  const { page, stage } = visit
  await visit.open('/orgs/acme/new-robot')
  await page.getByLabel('Name').fill('pusher')
  await page.getByRole('button', { name: 'Add a repository' }).press('Enter')
  await visit.atFocus('Repository 1')
  await page.getByRole('button', { name: 'Remove repository 1' }).press('Enter')
  await visit.atFocus(/^It may/)
  await page.getByRole('button', { name: 'Add a repository' }).press('Enter')
  await page.getByLabel('Repository 1', { exact: true }).fill('nowhere')
  await page.getByText('Labels, and an end of the robot').click()
  await page.getByLabel('Labels').fill('team:web')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Make the robot' }).click()
  await page.getByText('acme has no repository nowhere', { exact: true }).waitFor()
  await visit.atFocus('Repository 1')
  await page.getByLabel('Repository 1', { exact: true }).fill('acme/web/front')
  await page.getByRole('button', { name: 'Make the robot' }).click()
  await page.getByText('no repository acme/web/front. Write web/front, without acme/').waitFor()
  await page.getByLabel('Repository 1', { exact: true }).fill('web/front')
  const asked: string[] = []
  page.on('request', (request) => request.method() !== 'GET' && asked.push(request.method()))
  await page.getByRole('button', { name: 'Make the robot' }).click()
  await visit.heading('acme+pusher is there')
  await page.getByText('It has write in web/front, and nothing else.').waitFor()
  await page.getByRole('region', { name: 'Its secret' }).waitFor()
  await expectAccessible(page)
  expect(asked).toEqual(['POST'])
  const grants = await stage.db.repositoryPermission.findMany({
    where: { robot: { name: 'pusher' } },
  })
  expect(grants.map(({ repositoryName, role }) => [repositoryName, role])).toEqual([
    ['web/front', 'write'],
  ])
  await page.goto('/orgs/acme/new-robot')
  await page.getByLabel('Name').fill('pusher')
  await page.getByText('acme has a robot pusher').waitFor()
})

test('who can push to a repository is asked of the matrix; roles are changed there after a look', async () => {
  const { page } = visit
  await visit.open('/orgs/acme/access')
  await page.getByRole('row', { name: /acme\+ci read\s*inherited/ }).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Change roles' }).click()
  await page.getByLabel('Own role of acme+ci in web/front').selectOption('write')
  await page.getByLabel('Own role of devs in api').selectOption('none')
  await page.getByLabel('Own role of devs in api').selectOption('read')
  await page.getByText('One change, not saved').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Look at them and save' }).click()
  await page.getByRole('dialog').getByText('acme+ci in acme/web/front').waitFor()
  await expectAccessible(page)
  await page.getByText('The same in a shell').click()
  await page.getByText('permissions:\n      robots:\n        ci: "write"').waitFor()
  const asked: string[] = []
  page.on('request', (request) => request.method() !== 'GET' && asked.push(request.url()))
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect.poll(() => page.getByText('not saved').count()).toBe(0)
  expect(asked).toEqual([`${visit.stage.url}/api/v1/organization/acme/access`])
  await page.getByRole('button', { name: 'Show roles' }).click()
  await page.getByRole('link', { name: 'web/front' }).click()
  await page.getByLabel('Show', { exact: true }).selectOption('write')
  // The two of the tests above, a team and its member.
  await expect.poll(() => page.getByRole('row').count()).toBe(5)
  expect(new URL(page.url()).search).toBe('?repository=web%2Ffront&role=write')
  await page.getByRole('rowheader', { name: 'acme+ci' }).waitFor()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as CSV' }).click(),
  ])
  expect(await readFile(await file.path(), 'utf8')).toContain(
    'robot,acme+ci,acme/web/front,write,"write, given directly"\r\n',
  )
  await page.getByRole('link', { name: 'Only web/front' }).click()
  await page.getByLabel('Search repositories').fill('acme/web')
  await page.getByRole('link', { name: 'web/front' }).waitFor()
})

test('the page of a repository has its roles, and leads to who can push', async () => {
  const { page } = visit
  await visit.open('/orgs/acme/repositories/api')
  await page.getByRole('region', { name: 'Roles' }).getByText('read by team devs').waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Who can push to api' }).click()
  await visit.heading('Access in acme')
  expect(new URL(page.url()).search).toBe('?repository=api&role=write')
  expect(await page.getByLabel('Show', { exact: true }).inputValue()).toBe('write')
})

test('what happened to a robot has its roles and teams, and says what is not among it, and where that is', async () => {
  const { page, stage } = visit
  const alice = await stage.client('alice', 'repo:admin', 'org:admin')
  const role = '/api/v1/repository/acme/api/permissions/user/acme+ci'
  await alice.put(role, { role: 'write' }).expect(200)
  await stage.team('acme', { name: 'ops', role: 'member', members: [] })
  await alice.put('/api/v1/organization/acme/team/ops/members/acme+ci', {}).expect(200)
  await visit.open('/orgs/acme/robots/ci/activity')
  await page.getByText('alice gave acme+ci the role write in acme/api').waitFor()
  await page.getByText('alice added acme+ci to the team ops').waitFor()
  await page.getByText('single pulls and pushes, which no log has').waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'got', exact: true }).click()
  await page.getByText('not each pull and push').waitFor()
  await page.goto('/orgs/acme/audit?starttime=2026-11-01&robot=acme%2Bci')
  const given = page.getByRole('listitem').filter({ hasText: 'the role write in acme/api' })
  await given.getByRole('link', { name: 'acme+ci' }).waitFor()
  await page.getByRole('link', { name: 'lost', exact: true }).click()
  await page.waitForURL('**/audit?starttime=2026-11-01&kind=delete_repo_permission')
  await page.getByRole('link', { name: 'Robots', exact: true }).waitFor()
})
