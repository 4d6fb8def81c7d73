import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ClientStage, PROFILE_NAMES, startClientStage } from './client-stage.ts'
import { goQuay } from './go-quay.ts'

const CI = { issuer: 'https://ci.example.com', subject: 'repo:acme/web' }

let stage: ClientStage
let org: string
let client: ReturnType<typeof goQuay>

describe.each(PROFILE_NAMES)('go-quay on the profile %s', (profile) => {
  beforeAll(async () => {
    stage = await startClientStage(profile)
    client = goQuay(stage.url, stage.tokens.alice)
  })
  beforeEach(async () => {
    org = await stage.organization()
  })
  afterAll(() => stage.close())

  it.each(['user', 'organization'])(
    'keeps a robot of %s from its creation to its end',
    async (kind) => {
      const owner = kind === 'user' ? kind : `organization/${org}`
      const name = `${kind === 'user' ? await client.userName() : org}+ci`
      const created = await client.createRobot(owner, 'ci', 'of the pipeline')

      expect(created).toMatchObject({ name, description: 'of the pipeline' })
      expect(await client.getRobot(owner, 'ci')).toEqual(created)
      expect(await client.listRobots(owner)).toEqual([created])
      expect(await client.robotPermissions(owner, 'ci')).toEqual([])
      const { token } = await client.regenerate(owner, 'ci')
      expect(token).not.toBe(created.token)
      expect((await client.getRobot(owner, 'ci')).token).toBe(token)
      await client.setFederation(owner, 'ci', [CI])
      await client.deleteFederation(owner, 'ci')
      await client.deleteRobot(owner, 'ci')
      await expect(client.getRobot(owner, 'ci')).rejects.toThrow(/^40[04]: /)
      expect(await client.listRobots(owner)).toEqual([])
    },
  )

  it('keeps a team of robots with a permission', async () => {
    const robot = `${org}+ci`
    await client.createRobot(`organization/${org}`, 'ci', '')
    await client.createRepository(org, 'web')

    expect(await client.putTeam(org, 'pullers', 'member')).toEqual({
      ...{ name: 'pullers', role: 'member' },
    })
    await client.addToTeam(org, 'pullers', robot)
    expect(await client.teamMembers(org, 'pullers')).toEqual([
      { name: robot, kind: 'user', is_robot: true, invited: false },
    ])
    await client.grant(`${org}/web`, 'team', 'pullers', 'read')
    expect((await client.getGrant(`${org}/web`, 'team', 'pullers')).role).toBe('read')
    expect(await client.teamPermissions(org, 'pullers')).toEqual([
      { repository: { name: 'web', is_public: false }, role: 'read' },
    ])
    await client.revoke(`${org}/web`, 'team', 'pullers')
    await client.removeFromTeam(org, 'pullers', robot)
    expect(await client.teamMembers(org, 'pullers')).toEqual([])
    await client.deleteTeam(org, 'pullers')
    expect((await client.getOrganization(org)).teams).not.toHaveProperty('pullers')
  })

  it('grants a robot a permission, which the robot lists', async () => {
    const robot = `${org}+ci`
    await client.createRobot(`organization/${org}`, 'ci', '')
    await client.createRepository(org, 'web')
    await client.grant(`${org}/web`, 'user', robot, 'write')

    expect(await client.getGrant(`${org}/web`, 'user', robot)).toEqual({
      ...{ name: robot, role: 'write', is_robot: true },
    })
    expect(await client.robotPermissions(`organization/${org}`, 'ci')).toEqual([
      { repository: { name: 'web', is_public: false }, role: 'write' },
    ])
    expect(await client.transitive(`${org}/web`, robot)).toEqual([{ role: 'write' }])
    await client.revoke(`${org}/web`, 'user', robot)
    await expect(client.getGrant(`${org}/web`, 'user', robot)).rejects.toThrow(/^400: /)
  })

  it('keeps a repository, and an organization with its default permissions', async () => {
    await client.createRepository(org, 'web')
    await client.describeRepository(`${org}/web`, 'the shop')
    await client.setVisibility(`${org}/web`, 'public')
    const web = { namespace: org, name: 'web', description: 'the shop', is_public: true }
    expect(await client.getRepository(`${org}/web`)).toEqual(web)
    expect(await client.listRepositories(org)).toEqual([web])
    await client.deleteRepository(`${org}/web`)

    const delegate = { kind: 'user', name: 'bob' }
    const { id } = await client.createPrototype(org, 'read', delegate)
    expect((await client.updatePrototype(org, id, 'write')).role).toBe('write')
    expect(await client.listPrototypes(org)).toEqual([
      { id, role: 'write', delegate: { ...delegate, is_robot: false } },
    ])
    await client.deletePrototype(org, id)
    expect((await client.updateOrganization(org, 'new@example.com')).email).toBe('new@example.com')
    await client.deleteOrganization(org)
    await expect(client.getOrganization(org)).rejects.toThrow(/^404: /)
  })

  it('creates, lists and deletes an application', async () => {
    const { client_id } = await client.createApplication(org, 'console')

    expect((await client.listApplications(org))?.map(({ name }) => name)).toEqual(['console'])
    await client.deleteApplication(org, client_id)
    expect(await client.listApplications(org)).toEqual([])
  })

  it('fails where it fails against Quay, too', async () => {
    await client.createRobot(`organization/${org}`, 'bug', '')
    await client.createRepository(org, 'bug')
    const { client_id } = await client.createApplication(org, 'bug')

    const mistyped = /^json: cannot unmarshal/
    await expect(client.getFederation(`organization/${org}`, 'bug')).rejects.toThrow(mistyped)
    await expect(client.listGrants(`${org}/bug`, 'user')).rejects.toThrow(mistyped)
    await expect(client.listGrants(`${org}/bug`, 'team')).rejects.toThrow(mistyped)
    await expect(client.createOrganization(`${org}x`, 'x@example.com')).rejects.toThrow(mistyped)
    expect((await client.getOrganization(`${org}x`)).name).toBe(`${org}x`)
    await expect(client.updateApplication(org, client_id, 'bug')).rejects.toThrow(/^400: /)
  })
})
