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
  await expectAccessible(page)
  await page.getByLabel('Repository of acme').fill('nowhere')
  await page.getByRole('button', { name: 'Give it' }).click()
  await page.locator('.problem').getByText('acme has no repository nowhere.').waitFor()
  await page.getByLabel('Repository of acme').fill('web/front')
  await page.getByRole('button', { name: 'Give it' }).click()
  await page.getByText('acme+ci has write in web/front.').waitFor()
  await page.getByRole('row', { name: /acme\/web\/front write write, given itself/ }).waitFor()
  const own = page.getByLabel('Own role of acme+ci in web/front')
  await own.selectOption('admin')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('row', { name: /acme\/web\/front admin/ }).waitFor()
  await expectAccessible(page)
  await own.selectOption('none')
  await page.getByRole('button', { name: 'Take away' }).click()
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
})
