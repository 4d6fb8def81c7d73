import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
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
  ROBOT_TEAMS,
} from './robot-access.ts'

const servers = new Map<string, Stage>()
let database: TestDatabase
let stage: Stage
let now = Date.parse('2026-11-23T12:00:00Z')

beforeAll(async () => {
  database = await createTestDatabase()
  for (const apiProfile of ['documented', 'live'] as const) {
    for (const superusersFullAccess of [false, true]) {
      const server = await startStage({
        database,
        config: { apiProfile, superusersFullAccess },
        surroundings: { clock: () => new Date(now) },
      })
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
  for (const [name, teams] of Object.entries(ROBOT_TEAMS)) {
    await stage.robot(`${ORGANIZATIONS[0]}+${name}`)
    for (const team of teams) {
      const path = `/api/v1/organization/${ORGANIZATIONS[0]}/team/${team}/members/`
      const founder = await stage.client('founder', 'org:admin', 'repo:admin')
      await founder.put(`${path}${ORGANIZATIONS[0]}+${name}`, {}).expect(200)
    }
  }
  for (const name of [...PEOPLE, ...ORGANIZATIONS]) await stage.robot(`${name}+bot`)
})

afterAll(async () => {
  for (const server of servers.values()) await server.close()
  await database.drop()
})

// Nobody has tried wrong tokens lately.
beforeEach(() => {
  now += 86_400_000
})

/** All robots and their configuration, but for those of one namespace, and those that call, whose use is noted. */
async function robotsOutside(owner: string | undefined) {
  const rows = await stage.db.robot.findMany({
    where: { name: { notIn: Object.keys(ROBOT_TEAMS) } },
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
  listEntries: (client, path) => client.get(`${path}/bot/federation/entries`),
  addEntry: (client, path) =>
    client.post(`${path}/bot/federation/entries`, { issuer: 'https://ci.example', subject: 'x' }),
  getEntry: (client, path) => client.get(`${path}/bot/federation/entries/none`),
  changeEntry: (client, path) => client.patch(`${path}/bot/federation/entries/none`, {}),
  deleteEntry: (client, path) => client.delete(`${path}/bot/federation/entries/none`),
  testFederation: (client, path) =>
    client.post(`${path}/bot/federation/test`, { claims: { iss: 'https://ci.example' } }),
  deleteFederation: (client, path) => client.delete(`${path}/bot/federation`),
  regenerate: (client, path) => client.post(`${path}/bot/regenerate`),
  listSecrets: (client, path) => client.get(`${path}/bot/secrets`),
  changeSecret: (client, path) => client.patch(`${path}/bot/secrets/none`, { expires_at: null }),
  deleteSecret: (client, path) => client.delete(`${path}/bot/secrets/none`),
  bringSecret: (client, path) => client.post(`${path}/bot/secrets`, { value: 'X'.repeat(64) }),
  change: (client, path) => client.patch(`${path}/bot`, { description: 'changed' }),
  mintableScopes: (client, path) => client.get(`${path}/bot/mintable-scopes`),
  listApiTokens: (client, path) => client.get(`${path}/bot/tokens`),
  makeApiToken: (client, path) =>
    client.post(`${path}/bot/tokens`, { name: 'ci', scope: 'org:admin', expiration: 1 }),
  endApiToken: (client, path) => client.delete(`${path}/bot/tokens/none`),
  create: (client, path) => client.put(`${path}/fresh`),
  delete: (client, path) => client.delete(`${path}/bot`),
}

/** Calls every operation in turn. */
async function callAll(server: Stage, caller: Caller, path: string) {
  const { user, robot, scopes = [], expired } = caller
  const life = expired ? -1 : 3600
  const token = robot
    ? await server.robotToken(`${ORGANIZATIONS[0]}+${robot}`, scopes, life)
    : user && (await server.token(user, scopes, life))
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
