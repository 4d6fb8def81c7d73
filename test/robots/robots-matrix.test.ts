import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, apiOf } from '../helpers/api.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { addTeam, robotRow } from '../helpers/rows.ts'
import { startService, type TestService } from '../helpers/service.ts'
import {
  CALLERS,
  type Caller,
  expected,
  OPERATIONS,
  type Operation,
  ORGANIZATIONS,
  PEOPLE,
} from './robot-access.ts'

const servers = new Map<string, TestService>()
let database: TestDatabase
let service: TestService

beforeAll(async () => {
  database = await createTestDatabase()
  for (const apiProfile of ['documented', 'live'] as const) {
    for (const superusersFullAccess of [false, true]) {
      const server = await startService({ database, config: { apiProfile, superusersFullAccess } })
      servers.set(`${apiProfile} ${superusersFullAccess}`, server)
    }
  }
  service = servers.get('documented false') as TestService
  for (const name of PEOPLE) await service.createUser(name, { superuser: name === 'root' })
  await service.createUser('founder')
  for (const name of ORGANIZATIONS) {
    await service.createOrganization(name, 'founder')
    for (const role of ['member', 'creator', 'admin'] as const) {
      await addTeam(service.db, name, { name: `${role}s`, role, members: [role] })
    }
  }
  for (const name of [...PEOPLE, ...ORGANIZATIONS]) await createRobot(name, 'bot')
})

afterAll(async () => {
  for (const server of servers.values()) await server.close()
  await database.drop()
})

async function createRobot(owner: string, name: string) {
  const { id } = await service.db.namespace.findUniqueOrThrow({ where: { name: owner } })
  await service.services.robots.create({ id, name: owner }, name, {}, {})
}

/** All robots and their configuration, but for those of one namespace. */
async function robotsOutside(owner: string | undefined) {
  const rows = await service.db.robot.findMany({
    include: { namespace: true, federation: { orderBy: { position: 'asc' } } },
    orderBy: { id: 'asc' },
  })
  return rows.filter(({ namespace }) => namespace.name !== owner)
}

const call: Record<
  Operation,
  (client: ReturnType<Api['as']>, path: string) => PromiseLike<{ status: number }>
> = {
  list: (client, path) => client.get(path),
  get: (client, path) => client.get(`${path}/bot`),
  credentials: (client, path) => client.get(`${path}/bot/credentials?format=env`),
  permissions: (client, path) => client.get(`${path}/bot/permissions`),
  getFederation: (client, path) => client.get(`${path}/bot/federation`),
  setFederation: (client, path) =>
    client.post(`${path}/bot/federation`, [{ issuer: 'https://ci.example', subject: 'build' }]),
  deleteFederation: (client, path) => client.delete(`${path}/bot/federation`),
  regenerate: (client, path) => client.post(`${path}/bot/regenerate`),
  create: (client, path) => client.put(`${path}/fresh`),
  delete: (client, path) => client.delete(`${path}/bot`),
}

/** Calls every operation in turn. */
async function callAll(server: TestService, { user, scopes = [], expired }: Caller, path: string) {
  const token = user && (await service.token(user, scopes, expired ? -1 : 3600))
  const client = apiOf(server.url).as(token)
  const answers: [Operation, number][] = []
  for (const operation of OPERATIONS) {
    answers.push([operation, (await call[operation](client, path)).status])
  }
  return answers
}

describe.each(['documented', 'live'] as const)('profile %s', (profile) => {
  describe.each(Object.entries(CALLERS))('%s', (_, caller) => {
    it.each(['user', ...ORGANIZATIONS])('gets the right answers on robots of %s', async (owner) => {
      const server = servers.get(`${profile} ${caller.fullAccess === true}`) as TestService
      const path = owner === 'user' ? '/api/v1/user/robots' : `/api/v1/organization/${owner}/robots`
      const namespace = owner === 'user' ? caller.user : owner
      const wanted = OPERATIONS.map(
        (name) => [name, expected(name, caller, owner, profile)] as const,
      )
      const mayWrite = wanted.some(([name, status]) => name !== 'list' && status < 400)
      const before = await robotsOutside(mayWrite ? namespace : undefined)

      expect(await callAll(server, caller, path)).toEqual(wanted)

      expect(await robotsOutside(mayWrite ? namespace : undefined)).toEqual(before)
      await restore(namespace)
    })
  })
})

/** Undoes what a caller was allowed to do. */
async function restore(owner: string | undefined) {
  if (owner === undefined) return
  await service.db.robot.deleteMany({ where: { name: 'fresh', namespace: { name: owner } } })
  await robotRow(service.db, `${owner}+bot`).catch(() => createRobot(owner, 'bot'))
}
