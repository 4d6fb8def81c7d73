import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError } from '../helpers/api.ts'
import { type FullStage, startFullStage } from '../helpers/full-stage.ts'
import { auditEntries, namespaceId, robotRow, snapshot } from '../helpers/rows.ts'

let stage: FullStage
beforeAll(async () => {
  stage = await startFullStage()
})
afterAll(() => stage.close())

const alice = () => stage.as('alice')
const avatar = expect.objectContaining({ hash: expect.any(String) })

/** A repository with users who were given it. */
async function addUserRepository(path: string, users: string[]) {
  const { db } = stage
  const [namespace = '', name = ''] = path.split('/')
  await stage.repository(path)
  const repository = await db.repository.findFirstOrThrow({
    where: { name, namespaceId: await namespaceId(db, namespace) },
  })
  for (const user of users) {
    const userId = await namespaceId(db, user)
    await db.repositoryPermission.create({
      data: { id: randomUUID(), repositoryId: repository.id, userId, role: 'read' },
    })
  }
}

const repositoriesOf = (user: string, organization: string) =>
  stage.db.repositoryPermission.count({
    where: { user: { name: user }, repository: { namespace: { name: organization } } },
  })

describe('GET members and collaborators', () => {
  it('tells users with a team from users with repositories only, by name, without robots', async () => {
    const acme = await stage.organization()
    const globex = await stage.organization()
    await alice().put(`/api/v1/organization/${acme}/robots/bot`).expect(201)
    const members = ['carol', `${acme}+bot`]
    await stage.team(acme, { name: 'ops', role: 'member', members })
    await stage.team(acme, { name: 'devs', role: 'member', members: ['carol'] })
    await stage.team(globex, { name: 'devs', role: 'member', members: ['dave'] })
    for (const name of ['web', 'api']) await addUserRepository(`${acme}/${name}`, ['dave', 'carol'])
    await addUserRepository(`${globex}/elsewhere`, ['carol', 'bob'])

    const list = await alice().get(`/api/v1/organization/${acme}/members`).expect(200)
    expect(list.body).toEqual({
      members: [
        {
          name: 'alice',
          kind: 'user',
          avatar,
          teams: [{ name: 'owners', avatar }],
          repositories: [],
        },
        {
          name: 'carol',
          kind: 'user',
          avatar,
          teams: [
            { name: 'devs', avatar },
            { name: 'ops', avatar },
          ],
          repositories: ['api', 'web'],
        },
      ],
    })
    const carol = await alice().get(`/api/v1/organization/${acme}/members/carol`).expect(200)
    expect(carol.body).toEqual(list.body.members[1])

    const others = await alice().get(`/api/v1/organization/${acme}/collaborators`).expect(200)
    expect(others.body).toEqual({
      collaborators: [{ name: 'dave', kind: 'user', avatar, repositories: ['api', 'web'] }],
    })
  })

  it('shows a robot of the organization, in a team or not, and no other', async () => {
    const acme = await stage.organization()
    const globex = await stage.organization()
    for (const name of [acme, globex]) {
      await alice().put(`/api/v1/organization/${name}/robots/bot`).expect(201)
    }
    await stage.repository(`${acme}/web`, { robots: { [`${acme}+bot`]: 'read' } })
    const members = `/api/v1/organization/${acme}/members`
    const { body } = await alice().get(`${members}/${acme}%2Bbot`).expect(200)
    expect(body).toEqual({
      name: `${acme}+bot`,
      kind: 'robot',
      avatar: expect.objectContaining({ name: `${acme}+bot`, kind: 'robot' }),
      teams: [],
      repositories: ['web'],
    })
    for (const name of [`${globex}+bot`, `${acme}+nobot`, globex, 'nobody', 'bob', 'a%00b']) {
      const answer = await alice().get(`${members}/${name}`).expect(404)
      expect(answer.body).toEqual(apiError(stage.url, 'not_found'))
    }
  })

  it('is for administrators', async () => {
    const acme = await stage.organization()
    await stage.team(acme, { name: 'devs', role: 'creator', members: ['carol'] })
    const carol = stage.as('carol')
    for (const path of ['members', 'members/carol', 'collaborators']) {
      await carol.get(`/api/v1/organization/${acme}/${path}`).expect(403)
    }
    await carol.delete(`/api/v1/organization/${acme}/members/carol`).expect(403)
  })
})

describe('DELETE a member', () => {
  it('takes all teams and repositories of this organization, and none of others', async () => {
    const acme = await stage.organization()
    const globex = await stage.organization()
    for (const name of [acme, globex]) {
      await stage.team(name, { name: 'devs', role: 'member', members: ['carol', 'dave'] })
      await addUserRepository(`${name}/web`, ['carol', 'dave'])
    }
    await stage.team(acme, { name: 'admins', role: 'admin', members: ['carol'] })
    await alice().delete(`/api/v1/organization/${acme}/members/carol`).expect(204)
    await alice().get(`/api/v1/organization/${acme}/members/carol`).expect(404)
    await stage.as('carol').get(`/api/v1/organization/${acme}/robots`).expect(403)
    expect(await repositoriesOf('carol', acme)).toBe(0)
    expect(await repositoriesOf('carol', globex)).toBe(1)
    await alice().get(`/api/v1/organization/${globex}/members/carol`).expect(200)
    await alice().get(`/api/v1/organization/${acme}/members/dave`).expect(200)

    const entry = (await auditEntries(stage.db)).at(-1)
    expect(entry).toMatchObject({
      kind: 'org_remove_team_member',
      namespaceName: acme,
      performerName: 'alice',
      metadata: { member: 'carol', team: 'admins, devs', repositories: 1 },
    })
  })

  it('takes the repositories of a collaborator', async () => {
    const acme = await stage.organization()
    await addUserRepository(`${acme}/web`, ['dave'])
    const prototypes = `/api/v1/organization/${acme}/prototypes`
    const delegate = { name: 'dave', kind: 'user' }
    await alice().post(prototypes, { role: 'read', delegate }).expect(200)
    await alice().delete(`/api/v1/organization/${acme}/members/dave`).expect(204)
    expect(await repositoriesOf('dave', acme)).toBe(0)
    expect((await alice().get(prototypes)).body.prototypes).toEqual([])
    expect((await auditEntries(stage.db)).at(-1)).toMatchObject({
      kind: 'org_remove_team_member',
      metadata: { member: 'dave', team: '', repositories: 1 },
    })
  })

  it('does nothing to a user who has nothing, and finds no robots', async () => {
    const acme = await stage.organization()
    await alice().put(`/api/v1/organization/${acme}/robots/bot`).expect(201)
    const before = await snapshot(stage.db)
    const members = `/api/v1/organization/${acme}/members`
    await alice().delete(`${members}/bob`).expect(204)
    await alice().delete(`${members}/${acme}+bot`).expect(404)
    await alice().delete(`${members}/nobody`).expect(404)
    await alice().delete(`${members}/${acme}`).expect(404)
    expect(await snapshot(stage.db)).toEqual(before)
    await robotRow(stage.db, `${acme}+bot`)
  })
})

describe('default permissions of somebody in two organizations', () => {
  it('end in the one that is left', async () => {
    const [left, kept] = [await stage.organization(), await stage.organization()]
    for (const organization of [left, kept]) {
      await stage.team(organization, { name: 'devs', role: 'member', members: ['carol'] })
      const delegate = { name: 'carol', kind: 'user' }
      await alice()
        .post(`/api/v1/organization/${organization}/prototypes`, { role: 'read', delegate })
        .expect(200)
    }
    await alice().delete(`/api/v1/organization/${left}/members/carol`).expect(204)
    const prototypesOf = async (organization: string) =>
      (await alice().get(`/api/v1/organization/${organization}/prototypes`).expect(200)).body
        .prototypes
    expect(await prototypesOf(left)).toEqual([])
    expect(await prototypesOf(kept)).toMatchObject([{ delegate: { name: 'carol' }, role: 'read' }])
  })
})
