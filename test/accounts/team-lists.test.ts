import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stage, startStage } from '../helpers/stage.ts'

let stage: Stage

const ACME = '/api/v1/organization/acme'

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice', 'bob', 'mallory')
  await stage.organization('acme')
  await stage.team('acme', { name: 'devs', role: 'member', members: ['bob'] })
  await stage.team('acme', { name: 'webdevs', role: 'creator', members: ['alice', 'bob'] })
  await stage.repository('acme/web', { teams: { devs: 'write' } })
  await stage.repository('acme/api', { teams: { devs: 'read' } })
})
afterAll(() => stage.close())

it('lists teams by name to members, a page at a time, and finds them by a part of their names', async () => {
  const as = await stage.client('bob', 'org:admin')
  const { body: first } = await as.get(`${ACME}/teams?limit=2`).expect(200)
  expect(first.teams).toEqual([
    {
      ...{ name: 'devs', description: '', role: 'member', is_member: true },
      ...{ member_count: 1, repo_count: 2 },
    },
    expect.objectContaining({ name: 'owners', role: 'admin', is_member: false }),
  ])
  const { body: rest } = await as.get(`${ACME}/teams?next_page=${first.next_page}`).expect(200)
  expect(rest.teams.map(({ name }: { name: string }) => name)).toEqual(['webdevs'])
  const { body: found } = await as.get(`${ACME}/teams?q=dev`).expect(200)
  expect(found.teams.map(({ name }: { name: string }) => name)).toEqual(['devs', 'webdevs'])
  const mallory = await stage.client('mallory', 'org:admin')
  await mallory.get(`${ACME}/teams`).expect(403)
})

it('lists teams from the last name on where that is asked for, a page at a time', async () => {
  const as = await stage.client('bob', 'org:admin')
  const list = async (query: string) => (await as.get(`${ACME}/teams?${query}`).expect(200)).body
  const names = ({ teams }: { teams: { name: string }[] }) => teams.map(({ name }) => name)
  const first = await list('sort=-name&limit=2')
  expect(names(first)).toEqual(['webdevs', 'owners'])
  expect(names(await list(`sort=-name&next_page=${first.next_page}`))).toEqual(['devs'])
  expect(names(await list('sort=-name&q=dev'))).toEqual(['webdevs', 'devs'])
  expect(await list('sort=name')).toEqual(await list(''))
  await as.get(`${ACME}/teams?sort=role`).expect(400)
})

it('shows a team with its whole description, of which lists have the beginning', async () => {
  const as = await stage.client('alice', 'org:admin', 'repo:admin')
  const description = 'd'.repeat(500)
  await as.put(`${ACME}/team/devs`, { role: 'member', description }).expect(200)
  const { body } = await as.get(`${ACME}/teams/devs`).expect(200)
  expect(body.description).toBe(description)
  const { body: list } = await as.get(`${ACME}/teams?q=devs&limit=1`).expect(200)
  expect(list.teams[0].description).toBe('d'.repeat(200))
  await as.get(`${ACME}/teams/nobodies`).expect(404)
})

it('lists as many members and repositories of a team as are asked for', async () => {
  const as = await stage.client('alice', 'org:admin')
  const { body } = await as.get(`${ACME}/team/devs/permissions?limit=1`).expect(200)
  expect(body.permissions).toHaveLength(1)
  const next = `${ACME}/team/devs/permissions?limit=1&next_page=${body.next_page}`
  const { body: rest } = await as.get(next).expect(200)
  expect(rest.permissions[0].repository.name).toBe('web')
  const { body: members } = await as.get(`${ACME}/team/webdevs/members?limit=1`).expect(200)
  expect(members.members).toHaveLength(1)
  await as.get(`${ACME}/team/webdevs/members?limit=0`).expect(400)
})
