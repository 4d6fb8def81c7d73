import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { robotRow } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import {
  CALLERS,
  type Caller,
  expected,
  OPERATIONS,
  type Operation,
  ORGANIZATIONS,
  PEOPLE,
} from './robot-access.ts'

const servers = new Map<string, Stage>()
let database: TestDatabase
let stage: Stage

beforeAll(async () => {
  database = await createTestDatabase()
  for (const apiProfile of ['documented', 'live'] as const) {
    for (const superusersFullAccess of [false, true]) {
      const server = await startStage({ database, config: { apiProfile, superusersFullAccess } })
      servers.set(`${apiProfile} ${superusersFullAccess}`, server)
    }
  }
  stage = servers.get('documented false') as Stage
  await stage.superusers('root')
  await stage.people('founder', ...PEOPLE.filter((name) => name !== 'root'))
  for (const name of ORGANIZATIONS) {
    await stage.organization(name, 'founder')
    for (const role of ['member', 'creator', 'admin'] as const) {
      await stage.team(name, { name: `${role}s`, role, members: [role] })
    }
  }
  for (const name of [...PEOPLE, ...ORGANIZATIONS]) await stage.robot(`${name}+bot`)
})

afterAll(async () => {
  for (const server of servers.values()) await server.close()
  await database.drop()
})

/** All robots and their configuration, but for those of one namespace. */
async function robotsOutside(owner: string | undefined) {
  const rows = await stage.db.robot.findMany({
    include: { namespace: true, federation: { orderBy: { position: 'asc' } } },
    orderBy: { id: 'asc' },
  })
  return rows.filter(({ namespace }) => namespace.name !== owner)
}

const call: Record<Operation, (client: Client, path: string) => PromiseLike<{ status: number }>> = {
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
async function callAll(server: Stage, { user, scopes = [], expired }: Caller, path: string) {
  const token = user && (await server.token(user, scopes, expired ? -1 : 3600))
  const client = server.api.as(token)
  const answers: [Operation, number][] = []
  for (const operation of OPERATIONS) {
    answers.push([operation, (await call[operation](client, path)).status])
  }
  return answers
}

describe.each(['documented', 'live'] as const)('profile %s', (profile) => {
  describe.each(Object.entries(CALLERS))('%s', (_, caller) => {
    it.each(['user', ...ORGANIZATIONS])('gets the right answers on robots of %s', async (owner) => {
      const server = servers.get(`${profile} ${caller.fullAccess === true}`) as Stage
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
  await stage.db.robot.deleteMany({ where: { name: 'fresh', namespace: { name: owner } } })
  await robotRow(stage.db, `${owner}+bot`).catch(() => stage.robot(`${owner}+bot`))
}
