import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiError, type Client } from '../helpers/api.ts'
import { snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A user's name where the path has an organization's: some operations take it, as in Quay.

const PATH = '/api/v1/organization/alice/robots'
const CONFIG = [{ issuer: 'https://ci.example', subject: 'build' }]

const ACCEPTED: Record<
  string,
  [(client: Client) => PromiseLike<{ status: number; body: unknown }>, number]
> = {
  list: [(client) => client.get(PATH), 200],
  'get federation': [(client) => client.get(`${PATH}/bot/federation`), 200],
  'set federation': [(client) => client.post(`${PATH}/bot/federation`, CONFIG), 201],
  'delete federation': [(client) => client.delete(`${PATH}/bot/federation`), 204],
  delete: [(client) => client.delete(`${PATH}/bot`), 204],
}
const REFUSED: Record<string, (client: Client) => PromiseLike<{ status: number; body: unknown }>> =
  {
    get: (client) => client.get(`${PATH}/bot`),
    create: (client) => client.put(`${PATH}/fresh`),
    regenerate: (client) => client.post(`${PATH}/bot/regenerate`),
    permissions: (client) => client.get(`${PATH}/bot/permissions`),
  }

let stage: Stage

beforeAll(async () => {
  stage = await startStage({ config: { superusersFullAccess: true } })
  await stage.people('alice', 'bob')
  await stage.superusers('root')
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await stage.robot('alice+bot')
})

afterAll(() => stage.close())

describe("the caller's own user name in place of an organization", () => {
  it.each(Object.entries(ACCEPTED))('works with user:admin: %s', async (_, [call, status]) => {
    expect((await call(await stage.client('alice', 'user:admin'))).status).toBe(status)
  })

  it.each(Object.entries(ACCEPTED))('needs user:admin: %s', async (_, [call]) => {
    const before = await snapshot(stage.db)
    const client = await stage.client('alice', 'org:admin', 'repo:create', 'super:user')
    const { status, body } = await call(client)

    expect([status, body]).toEqual([403, apiError(stage.url, 'insufficient_scope')])
    expect((await snapshot(stage.db)).robots).toEqual(before.robots)
  })

  it.each(Object.entries(REFUSED))('is no organization: %s', async (_, call) => {
    const { status, body } = await call(await stage.client('alice', 'user:admin', 'org:admin'))

    expect([status, body]).toEqual([400, { message: 'Organization does not exist: alice' }])
  })

  it("acts on the user's robots: what is listed, configured and deleted is seen under /user", async () => {
    const alice = await stage.client('alice', 'user:admin')
    expect((await alice.get(PATH)).body).toEqual((await alice.get('/api/v1/user/robots')).body)

    await alice.post(`${PATH}/bot/federation`, CONFIG)
    expect((await alice.get('/api/v1/user/robots/bot/federation')).body).toEqual(CONFIG)

    await alice.delete(`${PATH}/bot`)
    expect((await alice.get('/api/v1/user/robots')).body).toEqual({ robots: [] })
  })
})

describe("another user's name in place of an organization", () => {
  const everything = { ...REFUSED, ...ACCEPTED }

  it.each(Object.keys(everything))('is refused, also to a superuser: %s', async (operation) => {
    const found = everything[operation as keyof typeof everything] as unknown
    const call = (Array.isArray(found) ? found[0] : found) as (typeof REFUSED)[string]
    const before = await snapshot(stage.db)
    for (const user of ['bob', 'root']) {
      const client = await stage.client(
        user,
        'user:admin',
        'org:admin',
        'repo:create',
        'super:user',
      )
      const { status, body } = await call(client)

      expect([status, body], user).toEqual([403, apiError(stage.url, 'insufficient_scope')])
    }
    expect((await snapshot(stage.db)).robots).toEqual(before.robots)
  })
})
