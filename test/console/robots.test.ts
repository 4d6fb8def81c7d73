import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { basic } from '../helpers/api.ts'
import { PASSWORD } from '../helpers/service.ts'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

const visit = visitor({}, async (stage) => {
  await stage.people('alice', 'mallory')
  await stage.organization('acme')
  await stage.superusers('root')
  await stage.organization('crowd')
  await stage.organization('bulk')
  for (let at = 0; at < 60; at++) await stage.robot(`crowd+robot${at}`)
})

test('by keyboard alone: from sign-in to a robot whose secret is good', async () => {
  const { page, stage } = visit
  await page.goto('/')
  await page.getByLabel('Name or e-mail address').waitFor()
  await page.keyboard.type('alice')
  await page.keyboard.press('Tab')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await visit.heading('Home')
  await visit.tabTo('acme')
  await page.keyboard.press('Enter')
  await visit.heading('Robots of acme')
  await page.getByText('acme has no robot yet').waitFor()
  await expectAccessible(page)
  await visit.tabTo('New robot')
  await page.keyboard.press('Enter')
  await visit.heading('New robot of acme')
  await page.locator('input:focus').waitFor()
  await page.keyboard.type('Deployer')
  await page.getByText('Lower-case letters only').waitFor()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('deployer')
  await expectAccessible(page)
  await page.keyboard.press('Tab')
  await page.keyboard.type('rolls out')
  await page.keyboard.press('Enter')
  await visit.heading('acme+deployer is there')
  await expectAccessible(page)
  const secret = await page.getByRole('region', { name: 'Its secret' }).locator('pre').innerText()
  const { status } = await fetch(`${stage.url}/v2/auth?service=${new URL(stage.url).host}`, {
    headers: basic('acme+deployer', secret),
  })
  expect(status).toBe(200)
})

test('below the robots stands how long ago they were used, and their secrets made, as bars and numbers', async () => {
  const { page } = visit
  await visit.open('/orgs/crowd/robots')
  await page.getByText('Last use of all robots').click()
  const used = page.getByRole('region', { name: 'Robots by last use' })
  await used.getByRole('row', { name: 'in the last 7 days 0' }).waitFor()
  await used.getByRole('row', { name: 'never 60' }).waitFor()
  const secrets = page.getByRole('region', { name: 'Secrets by age' })
  await secrets.getByRole('row', { name: 'in the last 7 days 60' }).waitFor()
  expect(await secrets.locator('rect').first().getAttribute('width')).toBe('100')
  await expectAccessible(page)
})

test('lists are searched, filtered and paged by the service, and the address says how', async () => {
  const { page } = visit
  await visit.open('/orgs/crowd/robots')
  await page.getByRole('link', { name: 'robot0', exact: true }).waitFor()
  expect(await page.getByRole('row').count()).toBe(51)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Next page' }).click()
  await page.getByRole('link', { name: 'robot9', exact: true }).waitFor()
  await page.getByLabel('Search names and descriptions').fill('robot17')
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
  expect(new URL(page.url()).search).toBe('?q=robot17')
  await page.getByRole('link', { name: 'Disabled' }).click()
  await page.getByText('No robot is all of that').waitFor()
  expect(new URL(page.url()).search).toBe('?q=robot17&state=disabled')
  await page.goBack()
  await page.getByRole('link', { name: 'robot17', exact: true }).waitFor()
})

test('who has no right is told so, and so is who asks for what is not there', async () => {
  const { page } = visit
  await visit.open('/orgs/acme/robots', 'mallory')
  await page.getByText('You have no right to see this').waitFor()
  await expectAccessible(page)
  await page.goto('/orgs/nobody/robots/ci')
  await page.getByText(/no such thing|no right/).waitFor()
  await page.goto('/nothing')
  await visit.heading('No such page')
})

test('marked robots are labelled, disabled and deleted together, and the list is saved as CSV', async () => {
  const { page, stage } = visit
  for (const name of ['one', 'two', 'three']) await stage.robot(`bulk+${name}`)
  await visit.open('/orgs/bulk/robots')
  await page.getByLabel('Mark one').check()
  await page.getByLabel('Mark two').check()
  await expectAccessible(page)
  const marked = page.getByRole('region', { name: 'Marked robots' })
  await marked.getByRole('button', { name: 'Label' }).click()
  await page.getByRole('dialog').getByLabel('Label').fill('team:web')
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Label' }).click()
  await page.getByRole('link', { name: 'team:web' }).nth(1).waitFor()
  const asked: string[] = []
  page.on('request', (request) => request.method() !== 'GET' && asked.push(request.url()))
  await marked.getByRole('button', { name: 'Disable' }).click()
  await page.getByLabel('Why (optional)').fill('=leaked')
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await expect.poll(() => page.getByText('disabled', { exact: true }).count()).toBe(2)
  expect(asked).toEqual([`${stage.url}/api/v1/organization/bulk/robot-changes`])
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as CSV' }).click(),
  ])
  const csv = await readFile(await file.path(), 'utf8')
  expect(csv.split('\r\n').map((line) => line.split(',')[0])).toEqual([
    ...['name', 'bulk+one', 'bulk+three', 'bulk+two', ''],
  ])
  expect(await marked.count()).toBe(0)
  await page.getByLabel('Mark one').check()
  await expect.poll(() => marked.getByRole('button', { name: 'Disable' }).count()).toBe(0)
  await marked.getByRole('button', { name: 'Enable' }).click()
  await page.getByText('What they had works again').waitFor()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
  await expect.poll(() => page.getByText('disabled', { exact: true }).count()).toBe(1)
  await page.getByLabel('Mark one').check()
  await page.getByLabel('Mark two').check()
  await marked.getByRole('button', { name: 'Disable' }).waitFor()
  await marked.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('It must be 2').waitFor()
  await page.getByLabel('Type 2 to go on').fill('2')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
})

test('superusers see the robots of all owners', async () => {
  const { page } = visit
  await visit.open('/', 'root')
  await page.getByRole('link', { name: 'All robots' }).click()
  await page.getByRole('link', { name: 'crowd+robot0', exact: true }).waitFor()
  await page.getByLabel('Search names and descriptions').fill('robot17')
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'crowd+robot17' }).click()
  await visit.heading('crowd+robot17')
})

test('robots of users lead superusers to whose they are', async () => {
  const { page, stage } = visit
  await stage.robot('alice+own')
  await visit.open('/robots?q=own', 'root')
  await page.getByRole('link', { name: 'alice+own' }).click()
  await page.getByText('This robot belongs to the user').waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'alice', exact: true }).click()
  await visit.heading('alice')
})

test('a list of what is wrong leads to where that is mended', async () => {
  const { page, stage } = visit
  await stage.robot('acme+anywhere', [{ issuer: 'https://issuer.invalid', subject: 'job' }])
  await visit.open('/orgs/acme/robots?state=any_audience')
  await page.getByRole('link', { name: 'Secret not needed' }).click()
  await page.getByText('end it once nobody uses it').waitFor()
  await page.getByRole('link', { name: 'Takes tokens for other services' }).click()
  await page.getByRole('link', { name: 'anywhere' }).click()
  await page.getByText('https://issuer.invalid').waitFor()
  expect(new URL(page.url()).pathname).toBe('/orgs/acme/robots/anywhere/federation')
})
