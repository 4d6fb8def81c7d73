import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ClientStage, PROFILE_NAMES, startClientStage } from './client-stage.ts'
import { HttpError, qontractReconcile, TeamNotFound } from './qontract-reconcile.ts'

let stage: ClientStage
let org: string
let client: ReturnType<typeof qontractReconcile>

describe.each(PROFILE_NAMES)('qontract-reconcile on the profile %s', (profile) => {
  beforeAll(async () => {
    stage = await startClientStage(profile)
  })
  beforeEach(async () => {
    org = await stage.organization()
    client = qontractReconcile(stage.url, stage.tokens.alice, org)
  })
  afterAll(() => stage.close())

  it('creates a robot with a team and a permission, and sees all three', async () => {
    await client.createRepository('web', 'the shop', false)
    await client.putTeam('pullers', 'member')
    await client.createRobot('ci', 'of the pipeline')
    await client.addToTeam('pullers', `${org}+ci`)
    await client.setRobotPermission('web', 'ci', 'read')

    expect(await client.listRobots()).toEqual([
      {
        name: `${org}+ci`,
        description: 'of the pipeline',
        teams: ['pullers'],
        repositories: ['web'],
      },
    ])
    expect(await client.robotPermissions('ci')).toEqual({ web: 'read' })
    expect(await client.teamMembers('pullers')).toEqual([`${org}+ci`])
  })

  it('takes a robot out of a team, a repository and the organization', async () => {
    await client.createRepository('web', '', false)
    await client.putTeam('pullers', 'member')
    await client.createRobot('ci', '')
    await client.addToTeam('pullers', `${org}+ci`)
    await client.setRobotPermission('web', 'ci', 'write')

    await client.removeFromTeam('pullers', `${org}+ci`)
    await client.removeFromTeam('pullers', `${org}+ci`)
    await client.deleteRobotPermission('web', 'ci')
    await expect(client.deleteRobotPermission('web', 'ci')).rejects.toThrow(HttpError)
    expect(await client.robotPermissions('ci')).toEqual({})
    await client.deleteRobot('ci')
    expect(await client.listRobots()).toEqual([])
  })

  it('is refused a robot that exists, the deletion of one that does not, and its membership', async () => {
    await client.putTeam('pullers', 'member')
    await client.createRobot('ci', '')
    await expect(client.createRobot('ci', '')).rejects.toThrow(HttpError)

    await client.deleteRobot('ci')
    await expect(client.deleteRobot('ci')).rejects.toThrow(HttpError)
    await expect(client.removeFromTeam('pullers', `${org}+ci`)).rejects.toThrow(/^404/)
  })

  it('keeps the people of a team', async () => {
    await expect(client.teamMembers('devs')).rejects.toThrow(TeamNotFound)
    await client.putTeam('devs', 'creator', 'who develops')
    await client.putTeam('devs', 'member')
    expect(await client.userExists('bob')).toBe(true)
    expect(await client.userExists('nobody')).toBe(false)

    await client.addToTeam('devs', 'bob')
    expect(await client.teamMembers('devs')).toEqual(['bob'])
    await client.removeUser('devs', 'bob')
    expect(await client.teamMembers('devs')).toEqual([])
  })

  it('keeps the role of a team in a repository', async () => {
    await client.createRepository('web', '', false)
    await client.putTeam('devs', 'member')

    expect(await client.teamRole('web', 'devs')).toBeUndefined()
    await client.setTeamRole('web', 'devs', 'write')
    expect(await client.teamRole('web', 'devs')).toBe('write')
  })

  it('keeps a repository from its creation to its end', async () => {
    await client.createRepository('web', 'the shop', false)
    await client.describeRepository('web', 'our shop')
    await client.setVisibility('web', 'public')

    expect(await client.listRepositories()).toEqual([
      { name: 'web', is_public: true, description: 'our shop' },
    ])
    await client.deleteRepository('web')
    expect(await client.listRepositories()).toEqual([])
  })
})
