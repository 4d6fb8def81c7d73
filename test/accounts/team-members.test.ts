import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invalidRequest } from '../helpers/api.ts'
import { type FullStage, startFullStage } from '../helpers/full-stage.ts'
import { auditEntries, namespaceId } from '../helpers/rows.ts'

let stage: FullStage
beforeAll(async () => {
  stage = await startFullStage()
})
afterAll(() => stage.close())

const alice = () => stage.as('alice')

const namesIn = async (path: string, query = '') => {
  const { body } = await alice().get(`${path}/members${query}`).expect(200)
  return body.members.map((member: { name: string }) => member.name)
}

describe('a robot', () => {
  it.each(['+', '%2B'])('joins and leaves by its full name with %s', async (plus) => {
    const acme = await stage.organization()
    const path = await stage.team(acme, { name: 'devs', role: 'member' })
    await alice().put(`/api/v1/organization/${acme}/robots/bot`).expect(201)
    const { body } = await alice().put(`${path}/members/${acme}${plus}bot`).expect(200)
    expect(body).toMatchObject({ name: `${acme}+bot`, kind: 'user', is_robot: true })
    await alice().delete(`${path}/members/${acme}${plus}bot`).expect(204)
    expect(await namesIn(path)).toEqual([])
  })

  it('of another namespace cannot join', async () => {
    const [acme, globex] = [await stage.organization(), await stage.organization()]
    const path = await stage.team(acme, { name: 'devs', role: 'member' })
    await alice().put(`/api/v1/organization/${globex}/robots/bot`).expect(201)
    await alice().put('/api/v1/user/robots/bot')
    for (const robot of [`${globex}+bot`, 'alice+bot']) {
      const answer = await alice().put(`${path}/members/${robot}`).expect(400)
      const words =
        'Cannot add the specified robot to this team, as it is not a member of the organization'
      expect(answer.body).toEqual(invalidRequest(stage.url, words))
    }
    expect(await namesIn(path)).toEqual([])
  })
})

it('an administrator takes another one out, also of the only team by which they administer', async () => {
  const acme = await stage.organization()
  const owners = `/api/v1/organization/${acme}/team/owners`
  await alice().put(`${owners}/members/carol`).expect(200)
  await alice().delete(`${owners}/members/carol`).expect(204)
  expect(await namesIn(owners)).toEqual(['alice'])
})

describe('PUT a member', () => {
  it('adds once under many calls at the same time', async () => {
    const acme = await stage.organization()
    const path = await stage.team(acme, { name: 'devs', role: 'member' })
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => alice().put(`${path}/members/carol`)),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused).toHaveLength(7)
    for (const { status, body } of refused) {
      expect(status).toBe(400)
      expect(body).toEqual({ message: 'User carol is already a member of team devs' })
    }
  })

  it.each(['org1', 'nobody', 'Carol', 'carol%0A', 'ca%25', 'carol%00', 'a+b+c', 'nobody+bot'])(
    'does not know %s',
    async (name) => {
      const acme = await stage.organization()
      const path = await stage.team(acme, { name: 'devs', role: 'member' })
      const answer = await alice().put(`${path}/members/${name}`).expect(400)
      expect(answer.body).toEqual(invalidRequest(stage.url, 'Unknown user'))
      await alice().delete(`${path}/members/${name}`).expect(404)
    },
  )

  it('is heard by the audit log, as is DELETE', async () => {
    const acme = await stage.organization()
    const path = await stage.team(acme, { name: 'devs', role: 'member' })
    await alice().put(`${path}/members/carol`).expect(200)
    await alice().delete(`${path}/members/carol`).expect(204)
    await alice().delete(`${path}/members/carol`).expect(400)
    const id = await namespaceId(stage.db, acme)
    const entries = (await auditEntries(stage.db)).filter(
      ({ namespaceId, kind }) => namespaceId === id && kind.endsWith('member'),
    )
    const metadata = expect.objectContaining({ member: 'carol', team: 'devs' })
    expect(entries).toMatchObject([
      { kind: 'org_add_team_member', metadata },
      { kind: 'org_remove_team_member', metadata },
    ])
  })
})

describe('GET the members', () => {
  it.each(['', '?includePending=True', '?includePending=false', '?includePending='])(
    'lists users and robots by name%s',
    async (query) => {
      const acme = await stage.organization()
      await alice().put(`/api/v1/organization/${acme}/robots/bot`).expect(201)
      const members = ['dave', `${acme}+bot`, 'carol']
      const path = await stage.team(acme, { name: 'devs', role: 'member', members })
      expect(await namesIn(path, query)).toEqual(['carol', 'dave', `${acme}+bot`])
    },
  )

  it('is open to a superuser with full access, who may edit', async () => {
    const acme = await stage.organization()
    const path = await stage.team(acme, { name: 'devs', role: 'member' })
    const root = stage.as('root')
    const { body } = await root.get(`${path}/members`).expect(200)
    expect(body).toEqual({ name: 'devs', members: [], can_edit: true })
    await root.get('/api/v1/organization/nowhere/team/devs/members').expect(404)
  })
})
