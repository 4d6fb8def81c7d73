import { expect, test } from 'vitest'
import { registrySettings } from '../../console/src/admin/registry-settings.ts'
import { blocksOf, inlinesOf } from '../../console/src/help/markdown.ts'
import { policyOf } from '../../console/src/policy/policy-words.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { expectAccessible } from './browser.ts'
import { visitor } from './visitor.ts'

const visit = visitor({}, async (stage) => {
  await stage.people('alice', 'bob')
  await stage.superusers('root')
  await stage.organization('acme')
  await stage.organization('gone')
  const root = await stage.client('root', 'super:user')
  await root.delete('/api/v1/superuser/organizations/gone').expect(204)
})

test('superusers make, disable and enable users, see their sessions, and release names', async () => {
  const { page } = visit
  await visit.open('/', 'root')
  await page.getByRole('link', { name: 'Administration' }).click()
  await visit.heading('Users')
  await page.getByLabel('Name', { exact: true }).fill('carol')
  await page.getByRole('button', { name: 'Make the user' }).click()
  await page.getByRole('region', { name: 'Password, shown this once' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'bob' }).click()
  await visit.heading('bob')
  await page.getByText('Signed in with no browser.').waitFor()
  await page.getByRole('button', { name: 'Disable bob' }).click()
  await page.getByRole('button', { name: 'Yes: disable' }).click()
  await page.getByRole('button', { name: 'Enable' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByRole('button', { name: 'Disable bob' }).waitFor()
  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByLabel('Search names').fill('aro')
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
  await page.getByRole('link', { name: 'carol' }).waitFor()
  expect(new URL(page.url()).search).toBe('?q=aro')
  await page.getByRole('link', { name: 'Organizations' }).click()
  await page.getByRole('row', { name: 'acme none' }).waitFor()
  await page.getByLabel('Search names').fill('nobody')
  await page.getByText('No organization is called like that.').waitFor()
  await page.getByRole('link', { name: 'Retired names' }).click()
  await page.getByLabel('Search names').fill('nobody')
  await page.getByText('No name like that is retired.').waitFor()
  await page.getByLabel('Search names').fill('on')
  await page.getByRole('button', { name: 'Release gone' }).click()
  await page.getByText('The same in a shell').click()
  await page.getByText('quay-robots names release gone').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('link', { name: 'Retired names' }).click()
  await page.getByRole('button', { name: 'Release gone' }).click()
  await page.getByRole('button', { name: 'Yes: release' }).click()
  await page.getByText('No name is retired.').waitFor()
  await page.getByRole('link', { name: 'Sign-in' }).click()
  await page.getByText('Everybody who has one').waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByText('The operator lists none in the configuration file.').waitFor()
  await page.getByText('50,000').first().waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Keys' }).click()
  await page.getByText('-----BEGIN CERTIFICATE-----').waitFor()
  await expectAccessible(page)
})

test('webhooks are made, disabled and deleted, and one reads what became of their posts', async () => {
  const { page } = visit
  await visit.open('/orgs/acme/webhooks')
  await page.getByLabel('Address').fill('http://hooks.example.com/x')
  await page.getByRole('button', { name: 'Make the webhook' }).click()
  await page.getByText('only HTTPS is allowed').waitFor()
  await page.getByLabel('Address').fill('https://hooks.example.com/x')
  await page.getByRole('button', { name: 'Make the webhook' }).click()
  await page.getByText(/^whsec_/).waitFor()
  const hook = page.getByRole('region', { name: 'https://hooks.example.com/x' })
  await hook.getByRole('button', { name: 'Disable' }).click()
  await hook.getByRole('button', { name: 'Enable' }).waitFor()
  await hook.getByRole('button', { name: 'Show its deliveries' }).click()
  await hook.getByText('Nothing was posted to it').waitFor()
  await expectAccessible(page)
  await hook.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Yes: delete' }).click()
  await page.getByText('There is no webhook.').waitFor()
})

test('an organization decides about its robots, and puts issuers', async () => {
  const { publicJwk } = await createSigningKey('ES256', 'k1')
  const { page } = visit
  await visit.open('/orgs/acme/policy')
  await page.getByLabel('Longest life of a secret').fill('soon')
  await page.getByRole('button', { name: 'Save the policy' }).click()
  await page.getByText(/^must be a duration/).waitFor()
  await page.getByLabel('Longest life of a secret').fill('90d')
  await page.getByLabel('Trusted issuers').selectOption('listed')
  await page.getByRole('button', { name: 'Save the policy' }).click()
  const holds = page.getByRole('region', { name: 'What holds' })
  await holds.getByText('90d').waitFor()
  await holds.getByText('Those that are listed under Issuers, or by the operator').waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Issuers' }).click()
  await page.getByLabel('Name').fill('prod')
  await page.getByLabel('Issuer', { exact: true }).fill('https://k8s.example')
  await page.getByLabel('Its keys (JWKS)').fill('keys')
  await page.getByRole('button', { name: 'Put the issuer' }).click()
  await page.getByText('no JSON with "keys"').waitFor()
  await page.getByLabel('Its keys (JWKS)').fill(JSON.stringify({ keys: [publicJwk] }))
  await page.getByRole('button', { name: 'Put the issuer' }).click()
  const record = page.getByRole('region', { name: 'prod' })
  await record.getByText('k1').waitFor()
  await expectAccessible(page)
  await record.getByRole('button', { name: 'Delete prod' }).click()
  await page.getByRole('button', { name: 'Yes: delete' }).click()
  await page.getByText('acme lists no issuer').waitFor()
})

test('help says why a job gets 401, and has recipes with the address of this service', async () => {
  const { page, stage } = visit
  await visit.open('/help')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'My job gets 401' }).click()
  await visit.heading('My job gets 401')
  await page.getByRole('row', { name: /^Token does not match robot subject_mismatch/ }).waitFor()
  await page.getByRole('row', { name: /Federation → Would this job get in\?/ }).waitFor()
  await expectAccessible(page)
  await page.goto('/help/recipes')
  await page.getByRole('link', { name: 'GitHub Actions' }).click()
  await visit.heading('GitHub Actions')
  await page.getByText(`${stage.url}/api/v1/federation/templates/github`).waitFor()
  await page.goto('/help/nothing')
  await visit.heading('No such page')
})

test('documentation is read as it is written', () => {
  const text =
    '# Title\n\nOne\ntwo.\n\n* a\n  b\n* c\n\n```sh\n# x\n\ny\n```\n\n| h | i |\n|---|---|\n| a\\|b | `c` |\n'
  expect(blocksOf(text)).toEqual([
    { kind: 'heading', level: 1, text: 'Title' },
    { kind: 'text', text: 'One two.' },
    { kind: 'list', items: ['a b', 'c'] },
    { kind: 'code', text: '# x\n\ny' },
    { kind: 'table', head: ['h', 'i'], rows: [['a|b', '`c`']] },
  ])
  expect(inlinesOf('see `x` in [the `y` page](y.md), *now*')).toEqual([
    { kind: 'text', text: 'see ' },
    { kind: 'code', text: 'x' },
    { kind: 'text', text: ' in ' },
    { kind: 'link', text: 'the y page', to: 'y.md' },
    { kind: 'text', text: ', ' },
    { kind: 'strong', text: 'now' },
  ])
})

test('a policy has what was decided, in its types', () => {
  const empty = { secret_max_lifetime: '', secret_visibility: '', federation_audiences: '' }
  const draft = { ...empty, secrets_allowed: 'false', robots_max: '7', trusted_issuers: '' }
  expect(policyOf({ ...draft, identity_token_as_password: '' })).toEqual({
    secrets_allowed: false,
    robots_max: 7,
  })
})

test('a registry is told the address of the service', () => {
  const settings = registrySettings({
    ...{ host: 'images.example.com', service: 'images', issuer: 'robots' },
    realm: 'https://robots.example.com/v2/auth',
  })
  expect(settings).toContain(
    'realm: https://robots.example.com/v2/auth\n    service: images\n    issuer: robots\n',
  )
})
