import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FullStage, type Person, startFullStage } from '../helpers/full-stage.ts'
import { setEnabled, snapshot } from '../helpers/rows.ts'

let stage: FullStage
beforeAll(async () => {
  stage = await startFullStage()
})
afterAll(() => stage.close())

/** How many enabled users administer an organization. */
const adminsOf = async (organization: string) =>
  stage.db.teamMember.count({
    where: {
      team: { role: 'admin', organization: { name: organization } },
      user: { enabled: true },
    },
  })

const ONLY_ADMIN = 'Cannot remove user as they are the only organization admin'

describe('the only administrator', () => {
  const owners = (acme: string) => `/api/v1/organization/${acme}/team/owners`

  it.each<[string, Person, (acme: string) => ['put' | 'delete', string, object?], string]>([
    [
      'leaves the team',
      'alice',
      (acme) => ['delete', `${owners(acme)}/members/alice`],
      'User cannot remove themselves from their only admin team.',
    ],
    [
      'is taken out by a superuser',
      'root',
      (acme) => ['delete', `${owners(acme)}/members/alice`],
      ONLY_ADMIN,
    ],
    [
      'leaves the organization',
      'alice',
      (acme) => ['delete', `/api/v1/organization/${acme}/members/alice`],
      ONLY_ADMIN,
    ],
    [
      'deletes the team',
      'alice',
      (acme) => ['delete', owners(acme)],
      "Deleting team 'owners' would remove admin ability for user 'alice' in organization 'ACME'",
    ],
    [
      'loses the team to a superuser',
      'root',
      (acme) => ['delete', owners(acme)],
      "Deleting team 'owners' would leave organization 'ACME' without an admin",
    ],
    [
      'gives up the role',
      'alice',
      (acme) => ['put', owners(acme), { role: 'creator', description: 'no more' }],
      "Cannot remove admin from team 'owners' because calling user would no longer have admin on org 'ACME'",
    ],
    [
      'is denied the role by a superuser',
      'root',
      (acme) => ['put', owners(acme), { role: 'member' }],
      "Cannot remove admin from team 'owners' because org 'ACME' would no longer have an admin",
    ],
  ])('never %s', async (_title, caller, requestOf, words) => {
    const acme = await stage.organization()
    const before = await snapshot(stage.db)
    const [method, path, body] = requestOf(acme)
    const { status, body: answer } = await stage.as(caller)[method](path, body)
    expect(status).toBe(400)
    expect(answer).toEqual({ message: words.replace('ACME', acme) })
    expect(await snapshot(stage.db)).toEqual(before)
  })

  it('stays the only one beside robots, and users whose account is disabled', async () => {
    const acme = await stage.organization()
    await stage.as('alice').put(`/api/v1/organization/${acme}/robots/bot`).expect(201)
    const members = [`${acme}+bot`, 'bob']
    await stage.team(acme, { name: 'admins', role: 'admin', members })
    await setEnabled(stage.db, 'bob', false)
    const answer = await stage.as('alice').delete(`/api/v1/organization/${acme}/members/alice`)
    expect(answer.body).toEqual({ message: ONLY_ADMIN })
    await stage.as('root').delete(owners(acme)).expect(400)
    await setEnabled(stage.db, 'bob', true)
    await stage.as('root').delete(owners(acme)).expect(204)
  })
})

describe('one of several administrators', () => {
  it('may leave, but not by the only team that makes the caller one', async () => {
    const acme = await stage.organization()
    const path = await stage.team(acme, { name: 'admins', role: 'admin', members: ['bob'] })
    await stage.as('bob').delete(`${path}/members/bob`).expect(400)
    await stage.as('bob').delete(path).expect(400)
    await stage.as('bob').put(path, { role: 'member' }).expect(400)
    await stage.as('alice').put(`${path}/members/alice`).expect(200)
    await stage.as('alice').delete(`/api/v1/organization/${acme}/team/owners`).expect(204)
    await stage.as('alice').delete(`/api/v1/organization/${acme}/members/alice`).expect(204)
    expect(await adminsOf(acme)).toBe(1)
  })

  it('may delete teams of administrators that hold no user', async () => {
    const acme = await stage.organization()
    const path = await stage.team(acme, { name: 'admins', role: 'admin' })
    await stage.as('alice').put(path, { role: 'member' }).expect(200)
    await stage.as('alice').put(path, { role: 'admin' }).expect(200)
    await stage.as('alice').delete(path).expect(204)
  })

  it.each([1, 2, 3, 4, 5])('is never taken out together with the other (%i)', async () => {
    const acme = await stage.organization()
    const path = await stage.team(acme, { name: 'admins', role: 'admin', members: ['bob'] })
    const organization = `/api/v1/organization/${acme}`
    const answers = await Promise.all([
      stage.as('alice').delete(`${organization}/members/bob`),
      stage.as('bob').delete(`${organization}/members/alice`),
      stage.as('root').put(path, { role: 'member' }),
      stage.as('root').delete(`${organization}/team/owners/members/alice`),
    ])
    for (const { status } of answers) expect([200, 204, 400, 403]).toContain(status)
    expect(await adminsOf(acme)).toBe(1)
  })
})
