import type { Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { PASSWORD } from '../helpers/service.ts'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

const visit = visitor({}, async (stage) => {
  await stage.people('alice')
  await stage.organization('acme')
})

test('a robot is disabled with a reason, described and enabled', async () => {
  const { page, stage } = visit
  await stage.robot('acme+switched')
  await visit.open('/orgs/acme/robots/switched')
  await visit.heading('acme+switched')
  await expectAccessible(page)
  await page.getByLabel('Why (optional)').fill('leaked in a build log')
  const shell = page.locator('form', { hasText: 'Disable it' }).locator('details')
  await shell.getByText('The same in a shell').click()
  await shell.getByText("quay-robots robot disable acme+switched --reason 'leaked in").waitFor()
  await shell.getByText('disabled_reason: "leaked in a build log"').waitFor()
  await page.getByRole('button', { name: 'Disable' }).click()
  await page.getByText('leaked in a build log').first().waitFor()
  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByRole('heading', { name: 'Disable it' }).waitFor()
  await page.getByLabel('Labels').fill('team:web\nenv')
  await page.getByLabel('Expires on').fill('2020-01-01')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(/future/).waitFor()
  await page.getByLabel('Expires on').fill('2120-01-01')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.goto('/orgs/acme/robots?label=team:web')
  await page.getByRole('link', { name: 'switched', exact: true }).waitFor()
  await expectAccessible(page)
})

test('a secret is in no answer and not in the page before it is asked for, and leaves it when it is hidden', async () => {
  const { page, stage } = visit
  const secret = await stage.robot('acme+secretive')
  const answers: string[] = []
  page.on('response', async (response) => answers.push(await response.text().catch(() => '')))
  await visit.open('/orgs/acme/robots')
  await page.getByRole('link', { name: 'secretive', exact: true }).click()
  await page.getByRole('link', { name: 'Credentials' }).click()
  await page.getByText(`…${secret.slice(-4)}`).waitFor()
  await expectAccessible(page)
  expect(answers.join('\n')).not.toContain(secret)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText(secret).waitFor()
  await page.clock.install()
  await page.getByLabel('As').selectOption('docker-config')
  expect(await page.content()).not.toContain(secret)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText('"auths"').waitFor()
  const host = new URL(stage.url).host
  await page.getByLabel('For', { exact: true }).selectOption(`${host}/acme`)
  expect(await page.getByText('"auths"').count()).toBe(0)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText(`"${host}/acme"`).waitFor()
  await page.clock.fastForward(61_000)
  await expect.poll(() => page.getByText('"auths"').count()).toBe(0)
  await page.getByRole('link', { name: 'Activity' }).click()
  await page.getByText('alice was shown the secret of robot acme+secretive').waitFor()
  await page.getByText('alice took the credentials of robot acme+secretive as').first().waitFor()
  await expectAccessible(page)
})

test('a secret is rotated with overlap, and the old one ended', async () => {
  const { page, stage } = visit
  const old = await stage.robot('acme+rotated')
  await visit.open('/orgs/acme/robots/rotated/credentials')
  await page.getByRole('button', { name: 'Make a new secret' }).click()
  await page.getByRole('region', { name: 'New secret' }).waitFor()
  await page.getByRole('row', { name: /replaced, still good/ }).waitFor()
  await page.getByText(/put the newest secret wherever the replaced one is/).waitFor()
  const asked: string[] = []
  page.on('request', (request) => request.method() !== 'GET' && asked.push(request.url()))
  await page.getByRole('button', { name: 'Make a new secret' }).click()
  await page
    .getByRole('alert')
    .getByText(/end one above first, or let both end at once/)
    .waitFor()
  expect(asked).toEqual([])
  // On a telephone it is ended where it is named.
  await page.setViewportSize({ width: 360, height: 740 })
  const row = page.getByRole('row', { name: /replaced, still good/ })
  await row
    .getByRole('rowheader')
    .getByRole('button', { name: /^End now/ })
    .waitFor()
  expect(await row.getByRole('button').count()).toBe(1)
  await expectAccessible(page)
  await page.getByRole('button', { name: `End now: …${old.slice(-4)}` }).click()
  await page.getByRole('dialog').waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'End it' }).click()
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
})

test('a robot without a secret is offered its first, and none to be shown', async () => {
  const { page, stage } = visit
  const alice = await stage.client('alice', 'org:admin')
  await alice.put('/api/v1/organization/acme/robots/bare?secret=false', {}).expect(201)
  await visit.open('/orgs/acme/robots/bare/credentials')
  await page.getByRole('heading', { name: 'Make a secret' }).waitFor()
  expect(await page.getByLabel('Keep the old secret').count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Show', exact: true }).count()).toBe(0)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Make a new secret' }).click()
  await page.getByRole('region', { name: 'New secret' }).waitFor()
  await page.getByRole('button', { name: 'Show', exact: true }).waitFor()
})

test('a log-in that is not of a moment ago is asked for over the page, and the call goes on', async () => {
  const { page, stage } = visit
  const secret = await stage.robot('acme+sudo')
  await visit.open('/orgs/acme/robots/sudo/credentials')
  await stage.db.session.updateMany({ data: { authenticatedAt: new Date(Date.now() - 700_000) } })
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Is it still you?' })
  await dialog.waitFor()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await page.getByText('Not done, as you did not sign in.').waitFor()
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await dialog.getByLabel('Password').fill('wrong password')
  await page.keyboard.press('Enter')
  await dialog.getByText('Invalid Username or Password').waitFor()
  await dialog.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText(secret).waitFor()
})

test('a session that has ended keeps what was typed', async () => {
  const { page, stage } = visit
  await visit.open('/orgs/acme/new-robot')
  await page.getByLabel('Name').fill('typed')
  await page.getByLabel('Description').fill('a long description')
  await stage.db.session.deleteMany()
  await page.getByRole('button', { name: 'Make the robot' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await visit.heading('acme+typed is there')
  await page.getByRole('link', { name: 'all else of it' }).click()
  await expect.poll(() => page.getByLabel('Description').inputValue()).toBe('a long description')
})

test('who has signed in again is not asked once more by a refusal that comes late', async () => {
  const { page, stage } = visit
  await visit.open('/orgs/acme/new-robot')
  await stage.db.session.deleteMany()
  let release = () => {}
  const isReleased = new Promise<void>((resolve) => {
    release = resolve
  })
  // Whether the name is taken: asked with what the session of before had.
  const hold = async (route: Route) => {
    await isReleased
    await route.continue()
  }
  await page.route('**/robots/late?*', hold, { times: 1 })
  const asked = page.waitForRequest('**/robots/late?*')
  await page.getByLabel('Name').fill('late')
  await asked
  await page.getByRole('button', { name: 'Make the robot' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await visit.heading('acme+late is there')
  const again = page.waitForResponse(
    (response) => response.url().includes('/robots/late?') && response.status() === 200,
  )
  release()
  await again
  expect(await dialog.count()).toBe(0)
  await page.getByRole('link', { name: 'all else of it' }).click()
  await visit.heading('acme+late')
})

test('federation entries are shown', async () => {
  const { page, stage } = visit
  const issuer = 'https://token.actions.githubusercontent.com'
  await stage.robot('acme+ci', [{ issuer, subject: 'repo:acme/web:ref:refs/heads/main' }])
  await visit.open('/orgs/acme/robots/ci/federation')
  await page.getByText('repo:acme/web:ref:refs/heads/main').waitFor()
  await expectAccessible(page)
})

test('a token that would be refused is told where it differs, and goes to the service alone', async () => {
  const { page, stage } = visit
  const subject = 'repo:acme/web:ref:refs/heads/main'
  await stage.robot('acme+tested', [{ issuer: 'https://issuer.invalid', subject }])
  await visit.open('/orgs/acme/robots/tested/federation')
  await page.getByText(subject).waitFor()
  const asked: string[] = []
  page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`))
  const claims = { iss: 'https://issuer.invalid', sub: 'repo:acme/web:pull_request' }
  await page.getByLabel('Identity token').fill('{"iss":')
  await page.getByRole('button', { name: 'Test it' }).click()
  await page.getByText('It begins like claims').waitFor()
  await page.getByLabel('Identity token').fill(JSON.stringify(claims))
  await page.getByRole('button', { name: 'Test it' }).click()
  await page.getByText('It would be refused.').waitFor()
  await page.getByText('The same in a shell').click()
  await page.getByText(`-d '${JSON.stringify({ claims })}'`).waitFor()
  await page.getByLabel('Identity token').fill('a.b.c')
  await page.getByText(`-d '{"token":"'"$IDENTITY_TOKEN"'"}'`).waitFor()
  const row = page.getByRole('row', { name: /^subject/ })
  expect(await row.locator('mark').allTextContents()).toEqual(['ref', 'pull_request'])
  expect(await row.locator('mark .differs').allTextContents()).toEqual(['r', 'p'])
  await row.getByText('from character 15 on').waitFor()
  await expectAccessible(page)
  const path = '/api/v1/organization/acme/robots/tested/federation/test'
  expect(asked).toEqual([`POST ${stage.url}${path}`])
})
