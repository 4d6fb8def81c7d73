import { expect, test } from 'vitest'
import { parameterLabel } from '../../console/src/federation/parameter-label.ts'
import { issuersWith } from '../helpers/federation.ts'
import { PASSWORD } from '../helpers/service.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { TEMPLATE_CASES, type TemplateCase } from '../helpers/template-cases.ts'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

// Somebody who knows what their platform calls things lets its jobs in, and nobody else.

const OTHER: TemplateCase = {
  template: 'other',
  values: { issuer: 'https://ci.example.com', subject: 'build:web' },
  claims: (fields) => ({ iss: 'https://ci.example.com', sub: 'build:web', ...fields }),
  neighbours: { 'what begins alike': { sub: 'build:web2' } },
}

/** The first of each platform; of Kubernetes the one without a record. */
const PLATFORMS = new Map(
  [...Object.entries(TEMPLATE_CASES), ['another issuer', OTHER] as const]
    .reverse()
    .filter(([, { values }]) => values.issuer_ref === undefined)
    .map(([, one]) => [one.template, one]),
)

/** A robot each. */
const TURNS: [string, ...string[]][] = [
  ['github', 'github-enterprise', 'gitlab', 'bitbucket'],
  ['buildkite', 'circleci', 'terraform', 'jenkins', 'fly'],
  ['kubernetes', 'spiffe', 'google', 'azure', 'other'],
]

const key = await createSigningKey('RS256', 'first')
const issuers = new Set([...PLATFORMS.values()].map(({ claims }) => claims().iss))

const visit = visitor({ config: { issuers: issuersWith(key, ...issuers) } }, async (stage) => {
  await stage.people('alice')
  await stage.organization('acme')
})

test('each platform has its turn', () => {
  expect([...PLATFORMS.keys()].sort()).toEqual(TURNS.flat().sort())
})

test.each(TURNS)(
  'jobs are let in by the words of their platform, and their neighbours are not: %s, %s, %s, %s',
  async (...platforms) => {
    const { page, stage } = visit
    const robot = platforms[0]
    await stage.robot(`acme+${robot}`)
    await visit.open(`/orgs/acme/robots/${robot}/federation`)
    const alice = await stage.client('alice', 'org:admin')
    for (const platform of platforms) {
      const { values, claims, neighbours } = PLATFORMS.get(platform) as TemplateCase
      await page.getByRole('link', { name: /^Let (more )?jobs in$/ }).click()
      await page.getByLabel('They run at').selectOption(platform)
      for (const [name, value] of Object.entries(values)) {
        const field = page.getByLabel(new RegExp(`^${parameterLabel(name)}( \\(optional\\))?$`))
        if ((await field.count()) === 0) {
          await page.getByLabel('Its jobs are known by').selectOption(name)
        }
        await field.fill(value)
      }
      await page.getByRole('button', { name: 'See what it compares' }).click()
      await page.getByText('The service has the keys of the issuer.').waitFor()
      await page.getByRole('button', { name: 'Let them in' }).click()
      await page.getByRole('link', { name: 'Let more jobs in' }).waitFor()

      const judged = async (fields: object) => {
        const iat = Math.floor(Date.now() / 1000)
        const body = { claims: claims({ iat, aud: stage.url, ...fields }) }
        const path = `/api/v1/organization/acme/robots/${robot}/federation/test`
        return (await alice.post(path, body).expect(200)).body
      }
      expect(await judged({}), platform).toMatchObject({ admitted: true, warnings: [] })
      for (const [who, fields] of Object.entries({
        ...neighbours,
        'another audience': { aud: 'https://cloud.example.com' },
        'no audience': { aud: undefined },
      })) {
        expect(await judged(fields), `${platform}: ${who}`).toMatchObject({ admitted: false })
      }
    }
  },
)

test('by keyboard alone a workflow is let in, over the end of the session', async () => {
  const { page, stage } = visit
  await stage.robot('acme+keys')
  await visit.open('/orgs/acme/robots/keys/federation')
  await visit.tabTo('Let jobs in')
  await page.keyboard.press('Enter')
  for (const [label, value] of [
    ['Repository', 'acme/web'],
    ['Repository ID', '456789'],
    ['Branch', 'main'],
  ] as const) {
    await visit.tabTo(label)
    await page.keyboard.type(value)
  }
  await stage.db.session.deleteMany()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Let them in' }).waitFor()
  await visit.tabTo('Let them in')
  await page.keyboard.press('Enter')
  await page.getByText('repo:acme*/web*:ref:refs/heads/main', { exact: true }).waitFor()
})

test('what is missing is told at its field, and what is risky before it is saved', async () => {
  const { page, stage } = visit
  await visit.open('/orgs/acme/new-robot')
  await page.getByLabel('Name').fill('careful')
  await page.getByLabel('It signs in by').selectOption('the identity of its jobs')
  await page.getByRole('button', { name: 'Make the robot' }).click()
  await page.getByRole('link', { name: 'Choose the jobs' }).click()
  await page.getByLabel('Repository', { exact: true }).fill('web')
  await page.getByRole('button', { name: 'See what it compares' }).click()
  await page.getByText('is missing.', { exact: true }).waitFor()
  await visit.atFocus('Repository ID')
  await page.getByLabel('Repository ID').fill('1')
  await page.getByText('Jobs that run for this branch, and in no environment.').waitFor()
  await page.getByLabel('Its jobs are known by').selectOption('environment')
  await page.getByText('Jobs of a deployment environment, whatever their branch.').waitFor()
  await page.getByLabel('Environment', { exact: true }).fill('production')
  await page.getByRole('button', { name: 'See what it compares' }).click()
  await page.getByText("'web' must be owner/name", { exact: true }).waitFor()
  await visit.atFocus('Repository')
  await expectAccessible(page)
  const invalid = page.locator('[aria-invalid=true]')
  expect(await invalid.evaluateAll((all) => all.map((one) => one.id))).toHaveLength(1)
  await page.getByLabel('Repository', { exact: true }).fill('acme/*')
  await page.getByText(/With a \* jobs of all that fit would get in/).waitFor()
  await page.getByLabel('Repository', { exact: true }).fill('acme/web')
  await page.getByLabel('Registry scopes at most').fill('repository:acme/web')
  await page.getByRole('button', { name: 'See what it compares' }).click()
  await page.getByText(/^Scope 'repository:acme\/web'/).waitFor()
  await page.getByLabel('Registry scopes at most').fill('repository:acme/web:pull,push')
  await page.getByRole('button', { name: 'See what it compares' }).click()
  const review = page.getByRole('region', { name: 'What it compares' })
  await review.getByText('repo:acme*/web*:environment:production', { exact: true }).waitFor()
  await review.getByText(/What the pattern leaves open, the number closes/).waitFor()
  await review.getByText('id-token: write').waitFor()
  await visit.atFocus('What it compares')
  await expectAccessible(page)
  await review.getByRole('button', { name: 'Change all of it' }).click()
  await page.getByLabel('Audiences').fill('')
  await page.getByText(/Only jobs of the repository with this repository_id get in/).waitFor()
  await page.getByLabel('The subject').selectOption('exact')
  await page.getByText(/^A \* stands for itself here/).waitFor()
  await expectAccessible(page)
  await page.getByLabel('Subject', { exact: true }).fill('repo:acme/web:environment:production')
  await page.getByRole('group', { name: 'Claim 1' }).getByRole('button').click()
  await visit.atFocus(/^Claims, which must all hold/)
  await page.getByRole('button', { name: 'Add a claim' }).click()
  await visit.atFocus('Name, or /path/to/it')
  await page.getByRole('button', { name: 'Remove it' }).click()
  await page.getByRole('button', { name: 'See what it compares' }).click()
  await review.getByText(/^Without audiences a token .*\.$/).waitFor()
  await review.getByText(/^Another may get this name .*\.$/).waitFor()
  await expectAccessible(page)
  const path = '/api/v1/organization/acme/robots/careful/federation/entries'
  const alice = await stage.client('alice', 'org:admin')
  expect((await alice.get(path)).body.entries).toEqual([])
})
