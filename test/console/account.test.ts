import { expect, test } from 'vitest'
import { browserOf } from '../../console/src/account/browser-of.ts'
import { bearer } from '../helpers/api.ts'
import { PASSWORD } from '../helpers/service.ts'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

const visit = visitor({}, async (stage) => {
  await stage.people('alice')
  await stage.organization('acme')
})

test('a token is made, shown once, good, and ended', async () => {
  const { page, stage } = visit
  await visit.open('/account/tokens')
  await page.getByText('There is no API token').waitFor()
  await page.getByLabel('What it is for').fill('laptop')
  await page.getByLabel('user:read').check()
  await page.getByLabel('Expires in').fill('soon')
  await page.getByRole('button', { name: 'Make the token' }).click()
  await page.getByText(/^must be a duration/).waitFor()
  await page.getByLabel('Expires in').fill('12h')
  await page.getByRole('button', { name: 'Make the token' }).click()
  const shown = page.getByRole('region', { name: 'New token, shown this once' })
  const token = await shown.locator('pre').innerText()
  await page.getByRole('row', { name: /^laptop repo:read user:read/ }).waitFor()
  await page.getByLabel('Search names').fill('desk')
  await page.getByText('No API token is called like that.').waitFor()
  await page.getByLabel('Search names').fill('top')
  await page.getByRole('row', { name: /^laptop repo:read user:read/ }).waitFor()
  await expectAccessible(page)
  const call = () => fetch(`${stage.url}/api/v1/user/`, { headers: bearer(token) })
  expect((await call()).status).toBe(200)
  await page.reload()
  await page.getByRole('button', { name: 'End laptop' }).click()
  expect(await page.content()).not.toContain(token)
  await page.getByRole('button', { name: 'Yes: end' }).click()
  await page.getByText('There is no API token').waitFor()
  expect((await call()).status).toBe(401)
})

test('sessions are listed, and all others are ended at once', async () => {
  const { page, stage } = visit
  for (const agent of ['curl/8.1', 'Mozilla/5.0 (Windows NT 10.0) Firefox/130.0']) {
    const { status } = await fetch(`${stage.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: stage.url, 'User-Agent': agent },
      body: JSON.stringify({ username: 'alice', password: PASSWORD }),
    })
    expect(status).toBe(201)
  }
  await visit.open('/')
  await page.getByRole('button', { name: 'alice: session' }).click()
  await page.getByRole('menuitem', { name: 'Sessions' }).click()
  await visit.heading('Your sessions')
  await page.getByRole('row', { name: /this one 127.0.0.1 password/ }).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'End the session of curl/8.1' }).click()
  await page.getByRole('button', { name: 'Yes: end' }).click()
  await expect.poll(() => page.getByText('curl/8.1').count()).toBe(0)
  await page.getByRole('button', { name: 'End all others' }).click()
  await page.getByRole('button', { name: 'Yes: end all others' }).click()
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
})

test('the password is changed, and one signs in with the new one', async () => {
  const { page, stage } = visit
  await stage.people('carol')
  await visit.open('/', 'carol')
  await page.getByRole('button', { name: 'carol: session' }).click()
  await page.getByRole('menuitem', { name: 'Password' }).click()
  await visit.heading('Your password')
  await expectAccessible(page)
  await page.getByLabel('Current password').fill('not this one')
  await page.getByLabel('New password').fill('staple-of-another')
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByText('The current password is wrong').waitFor()
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Change the password' }).click()
  await visit.heading('Sign in')
  await visit.signIn('carol', 'staple-of-another')
  await page.getByRole('button', { name: 'carol: session' }).waitFor()
})

test('an application is made, changed, given another secret, and deleted', async () => {
  const { page } = visit
  await visit.open('/orgs/acme/applications')
  await page.getByText('acme has no application').waitFor()
  await page.getByLabel('Name').fill('terraform')
  await page.getByLabel('org:admin').check()
  await page.getByRole('button', { name: 'Make the application' }).click()
  await page.getByText(/client_secret=\w{20}/).waitFor()
  await page.getByLabel('Search names').fill('ansible')
  await page.getByText('No application is called like that.').waitFor()
  expect(new URL(page.url()).search).toBe('?q=ansible')
  // The box stays, with the keyboard in it, while what is there is asked for again.
  await page.getByLabel('Search names').fill('')
  await page.getByRole('link', { name: 'terraform' }).waitFor()
  await visit.atFocus('Search names')
  await page.getByLabel('Search names').fill('FORM')
  await page.getByRole('link', { name: 'terraform' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'terraform' }).click()
  await visit.heading('terraform')
  await page.getByLabel('Description').fill('plans')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  const secret = page.getByRole('region', { name: 'Client secret' }).locator('pre')
  const before = await secret.innerText()
  await page.getByRole('button', { name: 'Make a new secret' }).click()
  await expect.poll(() => secret.innerText()).not.toBe(before)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Delete terraform' }).click()
  await page.getByRole('button', { name: 'Yes: delete' }).click()
  await page.getByText('acme has no application').waitFor()
})

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
    'Chrome on Linux',
  ],
  ['Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605', 'Safari on macOS'],
  ['curl/8.1', 'curl/8.1'],
  [null, 'Not known'],
])('the browser %s is called %s', (agent, name) => {
  expect(browserOf(agent)).toBe(name)
})
