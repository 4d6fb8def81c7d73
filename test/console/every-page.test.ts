import { expect, test } from 'vitest'
import { visitor } from './visitor.ts'

const LONG = 'a-robot-with-quite-a-long-name-that-nobody-should-have-to-type'

const visit = visitor({}, async (stage) => {
  await stage.superusers('root')
  await stage.organization('acme', 'root')
  await stage.robot(`acme+${LONG}`, [
    { issuer: 'https://token.actions.githubusercontent.com', subject: `repo:acme/web:${LONG}` },
  ])
  await stage.repository('acme/web', { robots: { [`acme+${LONG}`]: 'write' } })
})

const ROBOT = `/orgs/acme/robots/${LONG}`
const PAGES = [
  '/',
  '/orgs/acme/robots',
  '/robots',
  '/orgs/acme/new-robot',
  ...['access', 'repositories', 'repositories/web', 'teams', 'teams/owners'].map(
    (page) => `/orgs/acme/${page}`,
  ),
  '/orgs/acme/default-permissions',
  ...['', '/credentials', '/federation', '/access', '/activity'].map((tab) => ROBOT + tab),
  ...['applications', 'policy', 'issuers', 'webhooks', 'audit'].map((page) => `/orgs/acme/${page}`),
  '/users/root/robots',
  '/users/root/audit',
  ...['users', 'users/root', 'organizations', 'retired-names', 'webhooks', 'keys', 'sign-in'].map(
    (page) => `/admin/${page}`,
  ),
  ...['/audit', '/account/tokens', '/account/sessions', '/help', '/help/troubleshooting'],
]

test('no page is wider than the window: of a telephone, and at 400 % of a screen', async () => {
  const { page } = visit
  await page.setViewportSize({ width: 320, height: 256 })
  await visit.open('/', 'root')
  const wide: string[] = []
  for (const path of PAGES) {
    // As a link within the console does it, without loading all anew.
    await page.evaluate((to) => {
      history.pushState({}, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, path)
    await expect.poll(() => page.evaluate(() => location.pathname)).toBe(path)
    await page.locator('h1').waitFor()
    await page.locator('.loading').first().waitFor({ state: 'detached' })
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    if (width > 320) wide.push(`${path}: ${width}`)
  }
  expect(wide).toEqual([])
})

test('without a network a page says so, and goes on once there is one', async () => {
  const { page } = visit
  await visit.open('/orgs/acme/robots', 'root')
  await page.getByRole('link', { name: LONG }).waitFor()
  await page.context().setOffline(true)
  await page.getByLabel('Search names and descriptions').fill('robot')
  await page.getByText('The service cannot be reached', { exact: true }).waitFor()
  await page.context().setOffline(false)
  await page.getByRole('link', { name: LONG }).waitFor()
})
