import { expect, test } from 'vitest'
import { githubClaims } from '../helpers/provider-claims.ts'
import { expectAccessible } from './browser.ts'
import { ISSUER, visitorWithJobs } from './github-jobs.ts'

// What is said of a token that is pasted: why it is refused, and what would let it in.

const { visit, mint } = await visitorWithJobs()

test('the entry that a token nearly matches is changed at once to all that the token has', async () => {
  const { page, stage } = visit
  await stage.robot('acme+near', [
    { issuer: 'https://ci.example.com', subject: 'build:web' },
    {
      ...{ issuer: ISSUER, subject: 'repo:acme/web:ref:refs/heads/main', audiences: [stage.url] },
      claims: { repository_id: '1' },
    },
  ])
  const claims = githubClaims({ sub: 'repo:acme/web:ref:refs/heads/next', aud: stage.url })
  await visit.open('/orgs/acme/robots/near/federation')
  await page.getByLabel('Identity token').fill(JSON.stringify(claims))
  await page.getByRole('button', { name: 'Test it' }).click()
  const reasons = page.getByRole('list', { name: 'Reasons' }).getByRole('listitem')
  await expect
    .poll(() => reasons.allTextContents())
    .toEqual([
      'The subject differs from what entry 2 wants.',
      'The claim repository_id differs from what entry 2 wants.',
    ])
  await page.getByRole('link', { name: 'Change entry 2' }).click()
  await page
    .getByText('Filled in as the token has it, and not saved yet: subject, claims.repository_id.')
    .waitFor()
  const subject = page.getByLabel('Subject', { exact: true })
  await expect.poll(() => subject.inputValue()).toBe('repo:acme/web:ref:refs/heads/next')
  expect(await page.getByLabel('Audiences').inputValue()).toBe(stage.url)
  await visit.atFocus('What it compares')
  await page.getByText(`"${claims.repository_id}"`, { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await visit.atFocus('Saved: jobs are compared with the changed entry from now on.')
  await page.getByRole('button', { name: 'Test it' }).click()
  await visit.atFocus('It would get in.')
})

test('of a pattern the word of the token is marked that it has nothing for, and what is taken from a token gives it up', async () => {
  const { page, stage } = visit
  const subject = 'repo:acme*/web*:ref:refs/heads/main'
  const claims = githubClaims({ sub: 'repo:acme/web:ref:refs/heads/master', aud: stage.url })
  await stage.robot('acme+pattern', [
    {
      ...{ issuer: ISSUER, subject, subject_match: 'glob' },
      claims: { repository_id: String(claims.repository_id) },
    },
  ])
  await visit.open('/orgs/acme/robots/pattern/federation')
  await page.getByLabel('Identity token').fill(JSON.stringify(claims))
  await page.getByRole('button', { name: 'Test it' }).click()
  const row = page.getByRole('row', { name: /^subject/ })
  await row.waitFor()
  expect(await row.locator('mark').allTextContents()).toEqual(['master'])
  expect(await row.locator('.differs').allTextContents()).toEqual(['s'])
  await page.getByRole('link', { name: 'Change the entry' }).click()
  await page.getByText(/not saved yet: subject\. The pattern is given up for that\.$/).waitFor()
  await visit.atFocus('What it compares')
  const review = page.getByRole('region', { name: 'What it compares' })
  expect(await review.locator('del').allTextContents()).toEqual([expect.stringContaining(subject)])
  await expectAccessible(page)
})

test('that a token has expired is told beside what it claims, and of bare claims what was not checked', async () => {
  const { page, stage } = visit
  const sub = 'repo:acme/web:ref:refs/heads/main'
  await stage.robot('acme+late', [{ issuer: ISSUER, subject: sub }])
  const exp = Math.floor(Date.now() / 1000) - 3600
  const claims = githubClaims({ sub, aud: stage.url, exp, iat: exp - 300, nbf: exp - 300 })
  await visit.open('/orgs/acme/robots/late/federation')
  const test = page.getByRole('region', { name: 'Test a token' })
  await page.getByLabel('Identity token').fill(await mint(claims))
  await page.getByRole('button', { name: 'Test it' }).click()
  await visit.atFocus('It would be refused.')
  await test.getByText('It expired 1 hour ago: run the job again for a new token.').waitFor()
  expect(await test.getByText('These are claims alone').count()).toBe(0)
  await page.getByLabel('Identity token').fill(JSON.stringify(claims))
  await page.getByRole('button', { name: 'Test it' }).click()
  await visit.atFocus('It would get in, had it not expired.')
  await test.getByText('These are claims alone').waitFor()
  await test.getByText('It expired 1 hour ago').waitFor()
  // There is one that admits it.
  expect(await test.getByRole('link', { name: 'Make an entry from it' }).count()).toBe(0)
  await expectAccessible(page)
})

test('every reason of a refusal is told once, and of which entry it is', async () => {
  const { page, stage } = visit
  const audiences = [stage.url]
  await stage.robot('acme+two', [
    { issuer: 'https://ci.invalid', subject: 'build:acme/web:main', audiences },
    { issuer: ISSUER, subject: 'repo:acme/web:ref:refs/heads/main', audiences },
  ])
  await visit.open('/orgs/acme/robots/two/federation')
  const claims = { iss: 'https://ci.invalid', sub: 'build:acme/web2:main', aud: 'https://cloud' }
  await page.getByLabel('Identity token').fill(JSON.stringify(claims))
  await page.getByRole('button', { name: 'Test it' }).click()
  await visit.atFocus('It would be refused.')
  const reasons = page.getByRole('list', { name: 'Reasons' }).getByRole('listitem')
  expect(await reasons.allTextContents()).toEqual([
    'The subject differs from what entry 1 wants.',
    'The audience differs from what entry 1 wants.',
    expect.stringMatching(/^The service has no keys of the issuer: /),
  ])
  await page.getByRole('heading', { name: 'Checks of entry 1: build:acme/web:main' }).waitFor()
  const checks = page.getByRole('region', { name: 'Checks of entry 1' })
  await checks.getByRole('row', { name: 'issuer matches' }).waitFor()
  const subject = checks.getByRole('row', { name: 'subject differs' })
  expect(await subject.locator('mark').allTextContents()).toEqual(['web', 'web2'])
  await page.getByText(/^Make a new entry from the token: .* Or change entry 1, if it/).waitFor()
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Make an entry from it' }).click()
  await page.getByText(/it refuses that very token/).waitFor()
  expect(await page.getByLabel('Audiences').inputValue()).toBe(stage.url)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Take the audience of the token' }).click()
  await page.getByText(/it refuses that very token/).waitFor({ state: 'detached' })
  expect(await page.getByLabel('Audiences').inputValue()).toBe('https://cloud')
  expect(await page.getByLabel('Subject', { exact: true }).inputValue()).toBe(claims.sub)

  await page.goBack()
  await page.goBack()
  const { iss, sub } = claims
  await page.getByLabel('Identity token').fill(JSON.stringify({ iss, sub }))
  await page.getByRole('button', { name: 'Test it' }).click()
  await page.getByRole('link', { name: 'Make an entry from it' }).click()
  await page.getByText(/The token has no audience, and this entry wants/).waitFor()
  await page.getByRole('link', { name: 'Want no audience' }).click()
  await page.getByText(/it refuses that very token/).waitFor({ state: 'detached' })
  expect(await page.getByLabel('Audiences').inputValue()).toBe('')
})
