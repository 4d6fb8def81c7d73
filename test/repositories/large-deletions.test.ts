import { afterAll, beforeAll, expect, it } from 'vitest'
import { thinOut } from '../../src/queries/thin-out.ts'
import { type FullStage, startFullStage } from '../helpers/full-stage.ts'

let stage: FullStage

beforeAll(async () => {
  stage = await startFullStage()
})
afterAll(() => stage.close())

it('a repository with many grants loses them before it goes, and others keep theirs', async () => {
  const alice = stage.as('alice')
  const acme = await stage.organization()
  const robots = Array.from({ length: 7 }, (_, index) => `robot${index}`)
  for (const name of robots)
    await alice.put(`/api/v1/organization/${acme}/robots/${name}`).expect(201)
  const grants = Object.fromEntries(robots.map((name) => [`${acme}+${name}`, 'read' as const]))
  for (const name of ['wide', 'other'])
    await stage.repository(`${acme}/${name}`, { robots: grants })
  const count = (name: string) =>
    stage.db.repositoryPermission.count({ where: { repository: { name } } })
  const wide = await stage.db.repository.findFirstOrThrow({ where: { name: 'wide' } })

  const grantsOfWide = { table: 'repository_permissions', column: 'repository_id' } as const
  await thinOut(stage.db, grantsOfWide, wide.id, 3)
  expect([await count('wide'), await count('other')]).toEqual([3, 7])
  await alice.delete(`/api/v1/repository/${acme}/wide`).expect(204)
  expect([await count('wide'), await count('other')]).toEqual([0, 7])
})

it('a team that must stay keeps its members and grants', async () => {
  const alice = stage.as('alice')
  const acme = await stage.organization()
  const owners = `/api/v1/organization/${acme}/team/owners`
  const members = async () => (await alice.get(`${owners}/members`).expect(200)).body.members
  const before = await members()
  await alice.delete(owners).expect(400)
  expect(await members()).toEqual(before)
  const devs = await stage.team(acme, { name: 'devs', role: 'member', members: ['bob'] })
  await alice.delete(devs).expect(204)
  expect(await stage.db.team.count({ where: { organization: { name: acme }, name: 'devs' } })).toBe(
    0,
  )
})
