import { expect, test } from 'vitest'
import { exchangeOf } from '../helpers/federation.ts'
import { githubClaims } from '../helpers/provider-claims.ts'
import { expectAccessible } from './browser.ts'
import { ISSUER, visitorWithJobs } from './github-jobs.ts'

// Entries that are there: changed, deleted, and mended for jobs that were refused.

const { visit, mint } = await visitorWithJobs()

const entriesOf = (robot: string) => `/api/v1/organization/acme/robots/${robot}/federation/entries`

test('all of an entry is changed, but not what somebody else has changed meanwhile', async () => {
  const { page, stage } = visit
  await stage.robot('acme+ci', [
    {
      issuer: ISSUER,
      subject: 'repo:acme/web:ref:refs/heads/main',
      claims: { repository_id: '1', event_name: ['push', 'release'] },
      max_token_age: 60,
    },
  ])
  const alice = await stage.client('alice', 'org:admin')
  const [stored] = (await alice.get(entriesOf('ci'))).body.entries
  await visit.open('/orgs/acme/robots/ci/federation')
  await page.getByRole('link', { name: /^Change repo:acme/ }).click()
  await page.getByLabel('Audiences').fill(stage.url)
  await page.getByLabel('The subject').selectOption('glob')
  await page.getByLabel('Subject', { exact: true }).fill('repo:acme/web:ref:refs/heads/**')
  await page.getByLabel('Oldest identity token').fill('')
  await page.getByLabel('The robot token lives').fill('soon')
  const second = page.getByRole('group', { name: 'Claim 2' })
  await second.getByLabel('Comparison').selectOption('glob')
  await second.getByLabel('Value').fill('p*')
  await expectAccessible(page)
  const tryIt = page.getByRole('button', { name: 'Review', exact: true })
  await tryIt.click()
  await page.getByText('must be a number of seconds', { exact: true }).waitFor()
  await page.getByLabel('The robot token lives').fill('99999')
  await tryIt.click()
  await page.getByText(/^must be at most/).waitFor()
  await page.getByLabel('The robot token lives').fill('600')
  await tryIt.click()
  const review = page.getByRole('region', { name: 'What it compares' })
  await review.getByText('repo:acme/web:ref:refs/heads/**', { exact: true }).waitFor()
  expect(await review.locator('del').allTextContents()).toEqual(
    [
      'Subject: repo:acme/web:ref:refs/heads/main',
      ...['any', '["push","release"]', 'at most 60 seconds old', 'nothing'],
    ].map((was) => `before ${was}`),
  )
  await expectAccessible(page)
  await alice.patch(`${entriesOf('ci')}/${stored.id}`, { description: 'of somebody else' })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Somebody has changed this entry since you opened it.').waitFor()
  await visit.atFocus(/^Somebody has changed this entry/)
  await expectAccessible(page)
  await tryIt.click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await visit.atFocus('Saved: jobs are compared with the changed entry from now on.')
  const [{ id, version, warnings, ...changed }] = (await alice.get(entriesOf('ci'))).body.entries
  expect([id, changed]).toEqual([
    stored.id,
    {
      issuer: ISSUER,
      subject: 'repo:acme/web:ref:refs/heads/**',
      subject_match: 'glob',
      audiences: [stage.url],
      claims: { repository_id: '1', event_name: { glob: 'p*' } },
      expires_in: 600,
      description: 'of somebody else',
    },
  ])
})

test('an entry is deleted once that is confirmed', async () => {
  const { page, stage } = visit
  await stage.robot('acme+gone', [{ issuer: ISSUER, subject: 'repo:acme/gone:pull_request' }])
  await visit.open('/orgs/acme/robots/gone/federation')
  await page.getByRole('link', { name: /^Change / }).click()
  await page.getByRole('button', { name: 'Delete it' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete this entry' })
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Delete it' }).click()
  await visit.atFocus('The entry is deleted.')
  await page.getByText('No jobs let in yet').waitFor()
})

test('a job that was refused is offered, its token shows why, and becomes an entry', async () => {
  const { page, stage } = visit
  const subject = 'repo:acme/api:ref:refs/heads/main'
  await stage.robot('acme+api', [{ issuer: ISSUER, subject, audiences: [stage.url] }])
  const token = await mint(
    githubClaims({ sub: 'repo:acme/api:environment:production', aud: stage.url }),
  )
  await exchangeOf(stage.url).basic('acme+api', token).expect(401)
  await visit.open('/orgs/acme/robots/api/federation')
  const refused = page.getByRole('region', { name: 'Refused lately' })
  await refused.getByText('repo:acme/api:environment:production').waitFor()
  await refused.getByRole('button', { name: 'See why' }).click()
  const row = page.getByRole('row', { name: /^subject/ })
  await row.waitFor()
  expect(await row.locator('mark').allTextContents()).toEqual(['ref', 'environment'])
  const reasons = page.getByRole('list', { name: 'Reasons' }).getByRole('listitem')
  expect(await reasons.allTextContents()).toEqual([expect.stringMatching(/^The subject differs/)])
  await page.getByText('That is all that the log has of the job').waitFor()
  await expectAccessible(page)

  const asked: string[] = []
  page.on('request', (request) => {
    if (request.method() !== 'GET' || request.url().includes(token.slice(0, 40))) {
      asked.push(`${request.method()} ${request.url().slice(stage.url.length)}`)
    }
  })
  await page.getByLabel('Identity token').fill(token)
  await page.getByRole('button', { name: 'Test it' }).click()
  await visit.atFocus('It would be refused.')
  await page.getByRole('link', { name: 'Make an entry from it' }).click()
  await page.getByRole('heading', { name: 'GitHub Actions' }).waitFor()
  expect(await page.getByLabel('Repository ID').inputValue()).toBe('456789')
  expect(await page.getByLabel('Environment', { exact: true }).inputValue()).toBe('production')
  await page.getByRole('button', { name: 'See what it compares' }).click()
  await page.getByRole('button', { name: 'Let them in' }).click()
  await page.getByRole('link', { name: 'Let more jobs in' }).waitFor()
  await visit.atFocus(/^Saved: such jobs are let in from now on, once they do/)
  const toPaste = page.getByRole('main').locator('details[open]')
  await toPaste.locator('pre').waitFor()
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('not now'))
  })
  await toPaste.getByRole('button', { name: 'Copy it' }).click()
  await toPaste.getByRole('alert').getByText('copy it by hand').waitFor()
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.resolve()
  })
  await toPaste.getByRole('button', { name: 'Copy it' }).click()
  await toPaste.getByRole('button', { name: 'Copied it' }).waitFor()
  expect(await toPaste.getByRole('alert').count()).toBe(0)
  await page.getByText('repo:acme*/api*:environment:production', { exact: true }).waitFor()
  await refused.getByText('This issuer and subject are now those of entry 2.').waitFor()
  expect(await refused.getByRole('link', { name: 'Let such jobs in' }).count()).toBe(0)
  expect(await refused.getByRole('button', { name: 'See why' }).count()).toBe(0)
  await expectAccessible(page)
  expect(await page.getByLabel('Identity token').inputValue()).toBe(token)
  await page.getByRole('button', { name: 'Test it' }).click()
  await visit.atFocus('It would get in.')
  const path = '/api/v1/organization/acme/robots/api/federation'
  expect(asked).toEqual([
    `POST ${path}/test`,
    `POST ${path}/entries?dry_run=true`,
    `POST ${path}/entries`,
    // Of the issuer and subject that the log has.
    `POST ${path}/test`,
    `POST ${path}/test`,
  ])
  await exchangeOf(stage.url).basic('acme+api', token).expect(200)
})

test('the entry for a job that was refused is named as long as it is there, and a second one offered only where it would differ', async () => {
  const { page, stage } = visit
  const sub = 'repo:acme/web:ref:refs/heads/main'
  await stage.robot('acme+heard', [{ issuer: ISSUER, subject: sub, audiences: ['https://cloud'] }])
  const token = await mint(githubClaims({ sub, aud: stage.url }))
  const exchange = () => exchangeOf(stage.url).basic('acme+heard', token)
  await exchange().expect(401)
  const alice = await stage.client('alice', 'org:admin')
  const [stored] = (await alice.get(entriesOf('heard'))).body.entries
  await alice.patch(`${entriesOf('heard')}/${stored.id}`, { audiences: [stage.url] }).expect(200)
  await exchange().expect(200)
  await alice.patch('/api/v1/organization/acme/robots/heard', { enabled: false }).expect(200)
  await exchange().expect(401)
  await visit.open('/orgs/acme/robots/heard/federation')
  const jobs = page.getByRole('region', { name: 'Refused lately' }).getByRole('listitem')
  const named = jobs.filter({ hasText: 'This issuer and subject are now those of the entry.' })
  const offered = jobs.filter({ has: page.getByRole('link', { name: 'Let such jobs in' }) })
  await expect.poll(() => named.count()).toBe(2)
  expect(await offered.allInnerTexts()).toEqual([expect.stringContaining('Audience')])
  await named.getByRole('link', { name: 'Open the entry' }).first().click()
  await page.getByRole('button', { name: 'Delete it' }).click()
  await page
    .getByRole('dialog', { name: 'Delete this entry' })
    .getByRole('button', { name: 'Delete it' })
    .click()
  await visit.atFocus('The entry is deleted.')
  await expect.poll(() => offered.count()).toBe(2)
  expect(await named.count()).toBe(0)
})

test('of an issuer without keys the same is said before its entry is saved and after, and what to do', async () => {
  const { page, stage } = visit
  await stage.robot('acme+early')
  await visit.open('/orgs/acme/robots/early/federation/new?platform=other')
  await page.getByLabel('Issuer', { exact: true }).fill('https://early.invalid')
  await page.getByLabel('Subject', { exact: true }).fill('build:web')
  await page.getByRole('button', { name: 'See what it compares' }).click()
  const told = page.getByRole('status').filter({
    hasText: 'No job gets in by it yet, as the issuer gives no keys. The entry itself is good.',
  })
  await told.getByText(/Identity provider/).waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
  expect(await page.getByText(/Identity provider/).count()).toBe(1)
  const [before] = await told.allInnerTexts()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Let them in' }).click()
  await visit.atFocus('Saved.')
  expect(await told.innerText()).toBe(`Saved.\n\n${before}`)
  await expectAccessible(page)
  await told.getByRole('link', { name: 'Issuers' }).click()
  await visit.heading('Issuers of acme')
})

test('that the issuer gave no keys is told where jobs of the robot were refused for it', async () => {
  const { page, stage } = visit
  const issuer = 'https://silent.invalid'
  await stage.robot('acme+silent', [{ issuer, subject: 'build' }])
  const token = await mint({ iss: issuer, sub: 'build', aud: stage.url })
  await exchangeOf(stage.url).basic('acme+silent', token).expect(503)
  await visit.open('/orgs/acme/robots/silent/federation')
  const refused = page.getByRole('region', { name: 'Refused lately' })
  await refused.getByText(`The issuer ${issuer} gave no keys just now, and its jobs`).waitFor()
  await refused.getByText(/dns|connection|timeout/).waitFor()
  await expectAccessible(page)
  await refused.getByRole('link', { name: 'Each time, in the log' }).click()
  await page.getByText(`The issuer ${issuer} gave no keys`).first().waitFor()
  expect(new URL(page.url()).search).toBe('?kind=issuer_failure')

  // Of another issuer nothing is told.
  await stage.robot('acme+other', [{ issuer: ISSUER, subject: 'build' }])
  await page.goto('/orgs/acme/robots/other/federation')
  await page.getByText('build').first().waitFor()
  await page.waitForLoadState('networkidle')
  expect(await refused.count()).toBe(0)
})
