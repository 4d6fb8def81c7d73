import { expect, test } from 'vitest'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

const LONG = 'a-robot-with-quite-a-long-name-that-nobody-should-have-to-type'

/** What stands in an address for what begins with `$` in a path of the router. */
const names: Record<string, string> = {
  ...{ kind: 'orgs', owner: 'acme', robot: LONG, repository: LONG, team: 'a-team-with-a-name' },
  ...{ user: 'root', page: 'troubleshooting', name: `bob+${LONG}` },
}

const visit = visitor({}, async (stage) => {
  await stage.superusers('root')
  await stage.people('bob')
  await stage.organization('acme', 'root')
  await stage.robot(`acme+${LONG}`, [
    { issuer: 'https://token.actions.githubusercontent.com', subject: `repo:acme/web:${LONG}` },
  ])
  await stage.repository(`acme/${LONG}`, { robots: { [`acme+${LONG}`]: 'write' } })
  await stage.team('acme', { name: 'a-team-with-a-name', role: 'member', members: ['root'] })
  const root = await stage.client('root', 'org:admin')
  const acme = '/api/v1/organization/acme'
  const { body } = await root.get(`${acme}/robots/${LONG}/federation/entries`).expect(200)
  names.entry = body.entries[0].id
  names.client = (
    await root.post(`${acme}/applications`, { name: LONG }).expect(200)
  ).body.client_id
})

/** Of users; all others are of organizations, or of nobody. */
const OF_USERS = ['robots', 'repositories', 'audit', 'new-robot'].map(
  (page) => `/users/root/${page}`,
)

/** An address of each page of the router, as its library leaves it in the window. */
async function everyAddress(): Promise<string[]> {
  const paths = await visit.page.evaluate(() => {
    const { __TSR_ROUTER__ } = window as unknown as { __TSR_ROUTER__: { routesByPath: object } }
    return Object.keys(__TSR_ROUTER__.routesByPath)
  })
  const addressOf = (path: string) =>
    path.replace(/\$(\w+)/g, (_, name: string) => {
      const value = names[name]
      if (value === undefined) throw new Error(`${path}: no address of ${name} is known`)
      return value
    })
  return [...paths.map(addressOf), ...OF_USERS]
}

test('no page is wider than the window: of a telephone, and at 400 % of a screen', async () => {
  const { page } = visit
  await page.setViewportSize({ width: 320, height: 256 })
  await visit.open('/', 'root')
  const addresses = await everyAddress()
  expect(addresses).toContain(`/orgs/acme/robots/${LONG}/access`)
  const wrong: string[] = []
  for (const path of addresses) {
    // As a link within the console does it, without loading all anew.
    await page.evaluate((to) => {
      history.pushState({}, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, path)
    await expect.poll(() => page.evaluate(() => location.pathname)).toContain(path)
    await page.locator('h1').waitFor()
    await page.locator('.loading').first().waitFor({ state: 'detached' })
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    if (width > 320) wrong.push(`${path}: ${width} px`)
    const failure = page.getByText(
      /^(No such page|There is no such thing, or it is hidden from you|You have no right to see this)$/,
    )
    if ((await failure.count()) > 0) wrong.push(`${path}: ${await failure.innerText()}`)
  }
  expect(wrong).toEqual([])
})

test('on a telephone the page begins high up, and the section that one is at is in sight', async () => {
  const { page } = visit
  await page.setViewportSize({ width: 360, height: 640 })
  await visit.open('/orgs/acme/audit', 'root')
  const box = await page.getByRole('heading', { level: 1 }).boundingBox()
  expect(box?.y).toBeLessThan(200)
  const section = page.getByRole('link', { name: 'Log', exact: true })
  await expect.poll(async () => (await section.boundingBox())?.x).toBeGreaterThan(0)
  const { x = 0, width = 0 } = (await section.boundingBox()) ?? {}
  expect(x + width).toBeLessThanOrEqual(360)
  const filters = page.getByRole('form', { name: 'Filters' })
  expect(await filters.isVisible()).toBe(false)
  await page.getByText('Filters', { exact: true }).click()
  await filters.waitFor()
  await page.setViewportSize({ width: 1100, height: 640 })
  await filters.waitFor()
})

test('a table that is wider than the window shows on which side there is more, and scrolls by keyboard', async () => {
  const { page } = visit
  await page.setViewportSize({ width: 360, height: 640 })
  await visit.open('/orgs/acme/robots', 'root')
  const table = page.getByRole('region', { name: 'Robots', exact: true })
  await expect.poll(() => table.getAttribute('class')).toBe('scroll scroll-after')
  await visit.tabTo('Mark all')
  await page.keyboard.press('Shift+Tab')
  expect(await table.evaluate((region) => region === document.activeElement)).toBe(true)
  for (let pressed = 0; pressed < 60; pressed++) await page.keyboard.press('ArrowRight')
  await expect.poll(() => table.getAttribute('class')).toBe('scroll scroll-before')
  await page.setViewportSize({ width: 1600, height: 640 })
  await expect.poll(() => table.getAttribute('class')).toBe('scroll')
  expect(await table.getAttribute('tabindex')).toBeNull()
})

test.each([
  ['/orgs/acme/robots', 'Signs in by'],
  ['/orgs/acme/robots?sort=created', 'Created'],
  ['/orgs/acme/robots?sort=last_used&state=active', 'Last used'],
  ['/orgs/acme/robots?state=unused', 'Last used'],
  ['/robots?sort=expires', 'Expires'],
  [`/orgs/acme/access?repository=${LONG}`, LONG],
])(
  'on a telephone, of whom a row is and what was asked for is seen without scrolling: %s, %s',
  async (path, column) => {
    const { page } = visit
    await page.setViewportSize({ width: 360, height: 640 })
    await visit.open(path, 'root')
    const row = page.getByRole('rowheader', { name: LONG })
    const head = page.getByRole('columnheader', { name: column })
    await row.waitFor()
    for (const cell of [row, head]) {
      const box = await cell.boundingBox()
      expect(box?.x).toBeGreaterThanOrEqual(0)
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360)
    }
    await expectAccessible(page)
    await page
      .locator('.scroll')
      .first()
      .evaluate((region) => region.scrollTo(9_999, 0))
    const box = await row.boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(0)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThan(250)
  },
)

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
