import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, invalidRequest } from '../helpers/api.ts'
import { type FullStage, startFullStage } from '../helpers/full-stage.ts'
import { auditEntries, namespaceId, snapshot, teamRow } from '../helpers/rows.ts'

let stage: FullStage
beforeAll(async () => {
  stage = await startFullStage()
})
afterAll(() => stage.close())

const alice = () => stage.as('alice')

describe('PUT a team', () => {
  it('creates once under many calls at the same time', async () => {
    const acme = await stage.organization()
    const path = `/api/v1/organization/${acme}/team/devs`
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => alice().put(path, { role: 'member' })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(answers.filter(({ body }) => body.new_team)).toHaveLength(1)
  })

  it('tells the audit log what changed, and nothing where nothing did', async () => {
    const acme = await stage.organization()
    const path = `/api/v1/organization/${acme}/team/devs`
    await alice().put(path, { role: 'member' }).expect(200)
    const body = { role: 'creator', description: 'people', name: 'ignored' }
    for (let time = 0; time < 2; time++) await alice().put(path, body).expect(200)
    await alice().delete(path).expect(204)
    const id = await namespaceId(stage.db, acme)
    const entries = (await auditEntries(stage.db)).filter((row) => row.namespaceId === id)
    expect(entries.map(({ kind, metadata }) => [kind, metadata])).toEqual([
      ['org_create', expect.anything()],
      ['org_create_team', expect.objectContaining({ team: 'devs' })],
      [
        'org_set_team_description',
        expect.objectContaining({ team: 'devs', description: 'people' }),
      ],
      ['org_set_team_role', expect.objectContaining({ team: 'devs', role: 'creator' })],
      ['org_delete_team', expect.objectContaining({ team: 'devs' })],
    ])
    expect(entries.at(-1)?.performerName).toBe('alice')
  })

  it.each([
    ['%0A', 'devs\n'],
    ['%00', 'devs\0'],
    ['%C3%A9', 'devs\u00e9'],
    ['..', 'devs..'],
  ])('refuses a bad name that ends in %s', async (suffix, name) => {
    const acme = await stage.organization()
    const answer = await alice()
      .put(`/api/v1/organization/${acme}/team/devs${suffix}`, { role: 'member' })
      .expect(400)
    expect(answer.body).toEqual({
      message: `Invalid team name ${name}: Namespace must match expression ^([a-z0-9]+(?:[._-][a-z0-9]+)*)$`,
    })
  })

  it('refuses a name of more than 255 characters', async () => {
    const acme = await stage.organization()
    const path = `/api/v1/organization/${acme}/team/${'a'.repeat(256)}`
    const answer = await alice().put(path, { role: 'member' }).expect(400)
    expect(answer.body.message).toMatch(/: Team must be between 2 and 255 characters in length$/)
  })

  it.each([
    { role: 'member', description: null },
    { role: 'member', description: 5 },
    { role: 'member', description: 'a\0b' },
    { role: null },
    ['member'],
  ])('refuses %j, but asks for the right first', async (body) => {
    const acme = await stage.organization()
    const path = `/api/v1/organization/${acme}/team/devs`
    await stage.as('bob').put(path, body).expect(403)
    const answer = await alice().put(path, body).expect(400)
    expect(answer.body).toEqual(invalidRequest(stage.url))
  })

  it('tells that a user is no organization', async () => {
    const answer = await alice().put('/api/v1/organization/alice/team/devs', { role: 'member' })
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ message: 'Organization does not exist: alice' })
    await alice().put('/api/v1/organization/bob/team/devs', { role: 'member' }).expect(403)
  })
})

describe('DELETE a team', () => {
  it('touches no team of that name elsewhere', async () => {
    const [acme, globex] = [await stage.organization(), await stage.organization()]
    const path = await stage.team(acme, { name: 'devs', role: 'member', members: ['carol'] })
    const other = await stage.team(globex, { name: 'devs', role: 'member', members: ['carol'] })
    await alice().delete(path).expect(204)
    await alice().get(`${path}/members`).expect(404)
    const { body } = await alice().get(`${other}/members`).expect(200)
    expect(body.members).toHaveLength(1)
  })

  it('takes the roles of the team with it', async () => {
    const acme = await stage.organization()
    const { db } = stage
    const path = await stage.team(acme, { name: 'devs', role: 'member', members: ['carol'] })
    const { id } = await teamRow(db, acme, 'devs')
    await stage.repository(`${acme}/web`, { teams: { devs: 'write' } })
    await alice().delete(path).expect(204)
    expect(await db.repositoryPermission.count({ where: { teamId: id } })).toBe(0)
    expect(await db.teamMember.count({ where: { teamId: id } })).toBe(0)
  })
})

describe('GET the permissions of a team', () => {
  it('lists repositories by name with their roles', async () => {
    const acme = await stage.organization()
    const path = await stage.team(acme, { name: 'devs', role: 'member' })
    await stage.repository(`${acme}/web`, { teams: { devs: 'write' } })
    await stage.repository(`${acme}/api`, { teams: { devs: 'admin' } }, 'public')
    await stage.repository(`${acme}/other`)
    const { body } = await alice().get(`${path}/permissions`).expect(200)
    expect(body).toEqual({
      permissions: [
        { repository: { name: 'api', is_public: true }, role: 'admin' },
        { repository: { name: 'web', is_public: false }, role: 'write' },
      ],
    })
  })
})

describe('whoever is not an administrator', () => {
  it('changes nothing, and learns nothing of teams that are not there', async () => {
    const acme = await stage.organization()
    const path = await stage.team(acme, { name: 'devs', role: 'creator', members: ['carol'] })
    const before = await snapshot(stage.db)
    const carol = stage.as('carol')
    const other = `/api/v1/organization/${acme}/team`
    const answers = [
      await carol.put(`${other}/new`, { role: 'member' }),
      await carol.delete(path),
      await carol.put(`${path}/members/dave`),
      await carol.delete(`${path}/members/carol`),
      await carol.get(`${path}/permissions`),
      await carol.get(`${other}/owners/members`),
      await carol.get(`${other}/nope/members`),
    ]
    for (const { body } of answers) {
      expect(body).toEqual(apiError(stage.url, 'insufficient_scope'))
    }
    expect(await snapshot(stage.db)).toEqual(before)
  })
})
