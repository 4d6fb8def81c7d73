import { expect, test } from 'vitest'
import { issuersWith } from '../helpers/federation.ts'
import { githubClaims } from '../helpers/provider-claims.ts'
import { PASSWORD } from '../helpers/service.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

const { iss: issuer } = githubClaims()
const issuers = issuersWith(await createSigningKey('RS256', 'first'), issuer)

const visit = visitor({ config: { issuers } }, async (stage) => {
  await stage.people('alice')
  await stage.superusers('root')
  await stage.organization('acme')
  await stage.repository('acme/web')
  await stage.repository('acme/api')
})

test('by keyboard alone: a workflow of acme/web may push acme/web and nothing else', async () => {
  const { page, stage } = visit
  const follow = async (name: string) => {
    await visit.tabTo(name)
    await page.keyboard.press('Enter')
  }
  const fill = async (label: string, value: string) => {
    await visit.tabTo(label)
    await page.keyboard.type(value)
  }
  await page.goto('/')
  await page.getByLabel('Name or e-mail address').waitFor()
  await page.keyboard.type('alice')
  await page.keyboard.press('Tab')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await visit.heading('Home')
  await follow('acme')
  await page.getByText('acme has no robot yet').waitFor()
  await follow('New robot')
  await page.locator('input:focus').waitFor()
  await page.keyboard.type('web-ci')
  await page.keyboard.press('Enter')
  await visit.heading('acme+web-ci is there')
  await follow('all else of it')
  await visit.heading('acme+web-ci')
  await follow('Federation')
  await page.getByRole('link', { name: 'Let jobs in' }).waitFor()
  await follow('Let jobs in')
  await page.getByLabel('Repository ID').waitFor()
  await fill('Repository', 'acme/web')
  await fill('Repository ID', '456789')
  await fill('Branch', 'main')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Let them in' }).waitFor()
  await follow('Let them in')
  await page.getByRole('link', { name: 'Let more jobs in' }).waitFor()
  await visit.tabTo('Federation')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Give it a role' }).waitFor()
  await fill('Repository of acme', 'web')
  await follow('Give it')
  await page.getByText('acme+web-ci has write in web.').waitFor()

  const alice = await stage.client('alice', 'org:admin')
  const robot = '/api/v1/organization/acme/robots/web-ci'
  const test = async (fields: object) => {
    const sub = 'repo:acme/web:ref:refs/heads/main'
    const iat = Math.floor(Date.now() / 1000)
    const claims = githubClaims({ sub, iat, aud: stage.url, ...fields })
    return (await alice.post(`${robot}/federation/test`, { claims }).expect(200)).body
  }
  expect(await test({})).toMatchObject({ admitted: true })
  expect(await test({ repository_id: '456790' })).toMatchObject({ admitted: false })
  const { body } = await alice.get(`${robot}/permissions`).expect(200)
  expect(body.permissions).toMatchObject([{ role: 'write', repository: { name: 'web' } }])
})

test.each([
  ['/orgs/acme/access', 'Change roles'],
  ['/admin/users', 'Search names'],
])(
  'by keyboard one is at the content at once, past all links to other pages: %s',
  async (path, first) => {
    const { page } = visit
    await visit.open(path, 'root')
    await page.getByText(first).first().waitFor()
    await page.reload()
    await page.getByText(first).first().waitFor()
    await page.keyboard.press('Tab')
    await visit.atFocus('Skip to the content of the page')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await visit.atFocus(first)
    await expectAccessible(page)
  },
)
