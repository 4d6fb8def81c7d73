import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApplyStage } from './apply-stage.ts'

// What a file says nothing of stays as it is.

let stage: Awaited<ReturnType<typeof startApplyStage>>
beforeAll(async () => {
  stage = await startApplyStage()
  await stage.organization('acme')
})
afterAll(() => stage.close())

const applied = async (text: string) => {
  const { code, stdout, stderr } = await stage.apply(`organization: acme\n${text}\n`)
  expect([code, stderr]).toEqual([0, ''])
  return stdout.split('\n').filter((line) => /^(add|change|remove) /.test(line))
}
const alice = () => stage.client('alice', 'org:admin', 'repo:admin')
const shown = async (path: string) =>
  (await (await alice()).get(`/api/v1/organization/acme${path}`).expect(200)).body

test('of a team: its role, its description and its members', async () => {
  await applied('teams: {devs: {role: creator, description: who build, members: [bob]}}')
  expect(await applied('teams: {devs: {description: who ship}}')).toEqual([
    'change team devs of acme: description "who build" → "who ship"',
  ])
  expect(await applied('teams: {devs: {role: member}}')).toEqual([
    'change team devs of acme: role creator → member',
  ])
  expect(await applied('teams: {devs: {}, owners: {}}')).toEqual([])
  const { teams } = await shown('')
  expect(teams).toMatchObject({
    devs: { role: 'member', description: 'who ship', member_count: 1 },
    owners: { role: 'admin', member_count: 1 },
  })
})

test('of a robot: all but what is named, also where another reason is given', async () => {
  const robot = () => shown('/robots/ci?details=true&token=false')
  await applied(
    'robots: {ci: {description: builds, labels: {team: web, tier: a}, unstructured_metadata: {a: 1, b: {c: 2}}}}',
  )
  await applied('robots: {ci: {enabled: false, disabled_reason: leaked}}')
  expect(await robot()).toMatchObject({ enabled: false, disabled_reason: 'leaked' })
  await applied('robots: {ci: {enabled: false, disabled_reason: moved}}')
  expect(await robot()).toMatchObject({ enabled: false, disabled_reason: 'moved' })
  await applied('robots: {ci: {expires_at: "2099-01-31T00:00:00Z"}}')
  await applied('robots: {ci: {labels: {tier: b}}}')
  await applied('robots: {ci: {unstructured_metadata: {b: {d: 3}}}}')
  expect(await robot()).toMatchObject({
    ...{ description: 'builds', labels: { tier: 'b' }, disabled_reason: 'moved' },
    unstructured_metadata: { b: { d: 3 } },
    expires_at: expect.stringContaining('2099-01-31T00:00:00'),
  })
  await applied('robots: {ci: {enabled: true, expires_at: null}}')
  expect(await robot()).toMatchObject({ enabled: true, disabled_reason: null, expires_at: null })
})

test('of an organization: each of its settings', async () => {
  const settings = [
    'invoice_email: true',
    'invoice_email_address: a@b.co',
    'tag_expiration_s: 86400',
  ]
  for (const [index, setting] of settings.entries()) {
    expect(await applied(setting)).toHaveLength(1)
    expect(await applied(settings.slice(0, index + 1).join('\n'))).toEqual([])
  }
  expect(await shown('')).toMatchObject({
    ...{ invoice_email: true, invoice_email_address: 'a@b.co', tag_expiration_s: 86_400 },
  })
})

test('of a repository: its visibility, its description and its roles; long texts are told in part', async () => {
  await applied('repositories: {web: {visibility: public, permissions: {users: {bob: read}}}}')
  const long = 'x'.repeat(300)
  expect(await applied(`repositories: {web: {description: ${long}}}`)).toEqual([
    `change repository acme/web: description none → "${'x'.repeat(200)} …"`,
  ])
  const { body } = await (await alice()).get('/api/v1/repository/acme/web').expect(200)
  expect(body).toMatchObject({ is_public: true, description: long })
  expect(await applied('repositories: {web: {permissions: {users: {bob: write}}}}')).toEqual([
    'change role write of user bob in acme/web: it was read',
  ])
  expect(await applied('repositories: {web: {}}')).toEqual([])
})
