import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ClientStage, startClientStage } from './client-stage.ts'
import { imageController } from './image-controller.ts'

let stage: ClientStage
let org: string
let client: ReturnType<typeof imageController>

describe('image-controller on a service that answers as Quay runs', () => {
  beforeAll(async () => {
    stage = await startClientStage('live')
  })
  beforeEach(async () => {
    org = await stage.organization()
    client = imageController(stage.url, stage.tokens.alice, org)
  })
  afterAll(() => stage.close())

  it('creates a robot, and finds it with the same token the second time', async () => {
    expect(await client.getRobotAccount('ci')).toBeUndefined()
    const created = await client.createRobotAccount('ci')

    expect(created.name).toBe(`${org}+ci`)
    expect(await client.createRobotAccount('ci')).toEqual(created)
    expect(await client.getRobotAccount('ci')).toEqual(created)
    expect(await client.listRobots()).toEqual([created])
    expect(await stage.opensRegistry(created)).toBe(true)
  })

  it('regenerates the token of a robot', async () => {
    const before = await client.createRobotAccount('ci')
    const after = await client.regenerateRobotToken('ci')

    expect(after.token).not.toBe(before.token)
    expect((await client.getRobotAccount('ci'))?.token).toBe(after.token)
    expect([await stage.opensRegistry(before), await stage.opensRegistry(after)]).toEqual([
      false,
      true,
    ])
  })

  it('learns why the token of a missing robot cannot be regenerated', async () => {
    await expect(client.regenerateRobotToken('none')).rejects.toThrow(
      'Could not find robot with specified username',
    )
  })

  it('deletes a robot, and has an error without words for one that is gone, as with Quay', async () => {
    await client.createRobotAccount('ci')

    expect(await client.deleteRobotAccount('ci')).toBe(true)
    expect(await client.getRobotAccount('ci')).toBeUndefined()
    await expect(client.deleteRobotAccount('ci')).rejects.toThrow(/^$/)
  })

  it('grants and takes a permission for a repository with slashes in its name', async () => {
    const repository = 'app/component/image'
    await client.createRobotAccount('pull')

    expect(await client.createRepository(repository)).toBe(true)
    expect(await client.createRepository(repository)).toBe(false)
    await client.putPermission(repository, 'pull', 'read')
    expect((await client.listPermissions(repository))?.[`${org}+pull`]).toEqual({
      ...{ name: `${org}+pull`, role: 'read', is_robot: true, is_org_member: true },
    })
    await client.putPermission(repository, 'pull', 'write')
    await client.removePermission(repository, 'pull')
    await client.removePermission(repository, 'pull')
    expect((await client.listPermissions(repository))?.[`${org}+pull`]).toBeUndefined()
  })

  it('keeps a repository from its creation to its end', async () => {
    expect(await client.isPublic('web')).toBeUndefined()
    await client.createRepository('web', 'public')
    expect(await client.isPublic('web')).toBe(true)
    await client.changeVisibility('web', 'private')
    expect(await client.isPublic('web')).toBe(false)
    expect(await client.listRepositories()).toEqual(['web'])
    expect(await client.deleteRepository('web')).toBe(true)
    expect(await client.isPublic('web')).toBeUndefined()
    // As Quay says of one that is not there.
    expect(await client.deleteRepository('web')).toBe(true)
  })

  it('follows the pages of the list of repositories', async () => {
    const names = Array.from({ length: 120 }, (_, number) => `r${String(number).padStart(3, '0')}`)
    await Promise.all(names.map((name) => client.createRepository(name)))

    expect((await client.listRepositories()).sort()).toEqual(names)
  })

  it('keeps a team of users that may read a repository', async () => {
    await client.createRepository('web')
    expect(await client.ensureTeam('readers')).toEqual([])
    expect(await client.ensureTeam('readers')).toEqual([])

    expect(await client.addToTeam('readers', 'bob')).toBe(true)
    expect(await client.addToTeam('readers', 'nobody')).toBe(false)
    expect(await client.ensureTeam('readers')).toEqual([
      { name: 'bob', kind: 'user', is_robot: false, invited: false },
    ])
    await client.putTeamPermission('web', 'readers')
    expect(await client.teamPermissions('readers')).toEqual([
      { repository: { name: 'web', is_public: false }, role: 'read' },
    ])
    expect(await client.removeFromTeam('readers', 'bob')).toBe(true)
    expect(await client.removeFromTeam('readers', 'bob')).toBe(false)
    expect(await client.deleteTeam('readers')).toBe(true)
    expect(await client.deleteTeam('readers')).toBe(false)
  })
})
