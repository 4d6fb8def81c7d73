import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ClientStage, PROFILE_NAMES, startClientStage } from './client-stage.ts'
import { type ApiFailure, decodeApiError, terraformProvider } from './terraform-provider.ts'

let stage: ClientStage
let org: string
let provider: ReturnType<typeof terraformProvider>

/** The failure of a call that must fail. */
const failureOf = (call: Promise<unknown>): Promise<ApiFailure> =>
  call.then(
    () => expect.fail('it was not refused'),
    (error) => error,
  )

describe.each(PROFILE_NAMES)('terraform-provider-quay on the profile %s', (profile) => {
  beforeAll(async () => {
    stage = await startClientStage(profile)
    provider = terraformProvider(stage.url, stage.tokens.alice)
  })
  beforeEach(async () => {
    org = await stage.organization()
  })
  afterAll(() => stage.close())

  it('applies, imports and destroys an organization', async () => {
    const { organizations } = provider
    const name = `${org}-tf`

    expect(await organizations.create(name, 'a@example.com')).toMatchObject({
      ...{ name, email: 'a@example.com' },
    })
    expect((await organizations.update(name, 'b@example.com')).email).toBe('b@example.com')
    expect((await organizations.read(name)).email).toBe('b@example.com')
    await organizations.delete(name)
    expect((await failureOf(organizations.read(name))).model?.status).toBe(404)
  })

  it('renames an organization as a superuser', async () => {
    const { organizations } = terraformProvider(stage.url, stage.tokens.admin)
    await organizations.create(`${org}-old`, `${org}-old@example.com`)
    await organizations.rename(`${org}-old`, `${org}-new`)

    expect((await organizations.read(`${org}-new`)).name).toBe(`${org}-new`)
  })

  it('applies, imports and destroys a robot', async () => {
    const { robots } = provider
    const { token } = await robots.create(org, 'ci', 'of the pipeline')

    expect(await robots.read(org, 'ci')).toEqual({
      ...{ name: `${org}+ci`, token, description: 'of the pipeline' },
    })
    await robots.delete(org, 'ci')
    expect([400, 404]).toContain((await failureOf(robots.read(org, 'ci'))).status)
  })

  it('applies a team of people and robots, and removes its members', async () => {
    const { robots, teams } = provider
    const robot = `${org}+ci`
    await robots.create(org, 'ci', '')

    expect(await teams.create(org, 'devs', 'creator', 'who develops', ['bob', robot])).toEqual({
      ...{ role: 'creator', description: 'who develops', members: [robot, 'bob'] },
    })
    expect(await teams.removeMember(org, 'devs', 'bob')).toBe('removed')
    await robots.delete(org, 'ci')
    expect((await teams.read(org, 'devs')).members).toEqual([])
    expect(await teams.removeMember(org, 'devs', robot)).toBe('skipped')
    expect(await teams.removeMember(org, 'devs', 'nobody')).toBe('skipped')
    await teams.delete(org, 'devs')
    await expect(teams.read(org, 'devs')).rejects.toThrow()
  })

  it('applies a repository and what a team may do in it', async () => {
    const { repositories, teams, teamPermissions } = provider
    const web = { namespace: org, name: 'web', description: 'the shop', is_public: false }
    await teams.create(org, 'devs', 'member', '', [])

    expect(await repositories.create(org, 'web', 'private', 'the shop')).toEqual(web)
    await teamPermissions.put(org, 'web', 'devs', 'read')
    await teamPermissions.put(org, 'web', 'devs', 'write')
    expect(await teamPermissions.read(org, 'web', 'devs')).toBe('write')
    await teamPermissions.delete(org, 'web', 'devs')
    expect((await failureOf(teamPermissions.read(org, 'web', 'devs'))).status).toBe(400)
    expect(await repositories.update(org, 'web', 'public', 'our shop')).toEqual({
      ...{ ...web, description: 'our shop', is_public: true },
    })
    await repositories.delete(org, 'web')
    expect((await failureOf(repositories.read(org, 'web'))).model?.status).toBe(404)
  })

  it('goes on as a robot that administers the organization, with its token of the recipe', async () => {
    await stage.robot(`${org}+terraform`)
    await stage.team(org, { name: 'admins', role: 'admin', members: [`${org}+terraform`] })
    const scopes = ['org:admin', 'repo:create', 'repo:admin'] as const
    const token = await stage.robotToken(`${org}+terraform`, [...scopes])
    const { robots, repositories, teams, teamPermissions } = terraformProvider(stage.url, token)
    await robots.create(org, 'deployer', 'CI of acme/web')
    await repositories.create(org, 'web', 'private', '')
    await teams.create(org, 'pushers', 'member', '', [`${org}+deployer`])
    await teamPermissions.put(org, 'web', 'pushers', 'write')

    expect(await teamPermissions.read(org, 'web', 'pushers')).toBe('write')
    await teamPermissions.delete(org, 'web', 'pushers')
    await teams.delete(org, 'pushers')
    await repositories.delete(org, 'web')
    await robots.delete(org, 'deployer')
    const { organizations } = terraformProvider(stage.url, token)
    expect((await failureOf(organizations.delete(org))).status).toBe(403)
  })

  it('understands the refusals of the API itself', async () => {
    const nobody = terraformProvider(stage.url, 'x'.repeat(40))
    const bob = await stage.token('bob', ['org:admin'])
    const stranger = terraformProvider(stage.url, bob)
    const failures = await Promise.all(
      [
        nobody.robots.create(org, 'ci', ''),
        stranger.robots.create(org, 'ci', ''),
        provider.robots.create(org, 'NotAName', ''),
        provider.organizations.read('missing-organization'),
      ].map(failureOf),
    )

    expect(failures.map(({ status, model }) => [status, model?.title])).toEqual([
      [401, 'invalid_token'],
      [403, 'insufficient_scope'],
      [400, 'invalid_request'],
      [404, 'not_found'],
    ])
    for (const { status, model } of failures) expect(model?.status).toBe(status)
  })
})

describe('the decoder of errors', () => {
  it('refuses a key that it does not know, and misses one that it needs', () => {
    const error = { status: 404, type: 'about:blank', title: 'not_found' }

    expect(decodeApiError(JSON.stringify(error))).toMatchObject(error)
    expect(() => decodeApiError(JSON.stringify({ ...error, message: '' }))).toThrow(
      'json: unknown field "message"',
    )
    expect(() => decodeApiError('{"message":"x"}')).toThrow('required property status')
  })
})
