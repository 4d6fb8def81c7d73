import { expect, test } from 'vitest'
import { PASSWORD } from '../helpers/service.ts'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

// Nobody has an account yet.
const visit = visitor({ config: { userInitialize: true } }, async () => {})

test('the first person makes the first user, and is signed in', async () => {
  const { page } = visit
  const changes: string[] = []
  page.on('request', (asked) => {
    if (asked.method() !== 'GET') changes.push(new URL(asked.url()).pathname)
  })
  await page.goto('/')
  await visit.heading('The first user')
  await expectAccessible(page)
  await page.getByLabel('Name').fill('admin')
  await page.getByLabel('Password').fill('short')
  await page.keyboard.press('Enter')
  await page.getByText('Invalid password').waitFor()
  await page.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await visit.heading('Home')
  // Refused, and done: nothing is left half done between two requests.
  expect(changes).toEqual(Array(2).fill('/api/v1/session/first-user'))
  await page.getByRole('button', { name: 'admin: session' }).waitFor()
  await page.getByText('the service is well').waitFor()
  await page.getByText(/quay-robots \d.* · embedded database · profile documented/).waitFor()
  const begin = page.getByRole('region', { name: 'Begin here' })
  await begin.getByText(new URL(visit.stage.url).host).first().waitFor()
  await expectAccessible(page)
  await begin.getByLabel('Name').fill('admin')
  await begin.getByRole('button', { name: 'Make the organization' }).click()
  await visit.atFocus('Name')
  await begin.getByText(/A user or organization with this name already exists|already/).waitFor()
  await begin.getByLabel('Name').fill('first')
  await page.keyboard.press('Enter')
  await page.getByText('first has no robot yet').waitFor()
  await visit.heading('Robots of first')
  await page.goto('/')
  await page.getByRole('link', { name: 'New organization' }).click()
  await visit.heading('New organization')
  await expectAccessible(page)
})

test('a wrong password is refused at its field, and the right one leads where the address says', async () => {
  const { page, stage } = visit
  await stage.people('alice')
  await stage.organization('acme')
  await stage.robot('acme+minutes-old')
  await page.goto('/?from=bookmark')
  await visit.heading('Sign in')
  await page.getByText('quay-robots', { exact: true }).waitFor()
  await page.getByText('The same in a shell').click()
  await page.getByText("-u 'NAME'").waitFor()
  await expectAccessible(page)
  await visit.signIn('alice', 'wrong password')
  await page.getByText('Invalid Username or Password').waitFor()
  await visit.signIn('alice')
  const acme = page.getByRole('region', { name: 'acme' })
  await acme.getByText('Nothing needs attention').waitFor()
  await acme.getByText('No alarm, but worth a look').waitFor()
  await acme.getByRole('link', { name: '1 robot not used yet, or not for 90 days' }).waitFor()
  const organizations = page.getByRole('region', { name: 'Organizations' })
  await organizations.getByRole('listitem').getByText('acme administrator').waitFor()
  await expectAccessible(page)
  expect(page.url()).toContain('?from=bookmark')
  await page.reload()
  await visit.heading('Home')
})

test('signing out ends the session', async () => {
  const { page } = visit
  await page.goto('/')
  await visit.signIn('alice')
  await page.getByRole('button', { name: 'alice: session' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await visit.heading('Sign in')
  await page.reload()
  await visit.heading('Sign in')
})

test('colours are those of the system, or as chosen, also after a reload', async () => {
  const { page } = visit
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/')
  await visit.signIn('alice')
  const light = await ground()
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await ground()
  expect(dark).not.toBe(light)
  await page.getByRole('button', { name: 'alice: session' }).click()
  await page.getByRole('menuitem', { name: 'Light colours' }).click()
  await expect.poll(ground).toBe(light)
  await page.reload()
  expect(await ground()).toBe(light)
})
