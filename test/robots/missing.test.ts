import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiError, type Client, invalidRequest } from '../helpers/api.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { snapshot } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

type Answer = { status: number; body: unknown }

const CONFIG = [{ issuer: 'https://ci.example', subject: 'build' }]
const ON_A_ROBOT: Record<string, (client: Client, path: string) => PromiseLike<Answer>> = {
  get: (client, path) => client.get(path),
  delete: (client, path) => client.delete(path),
  permissions: (client, path) => client.get(`${path}/permissions`),
  regenerate: (client, path) => client.post(`${path}/regenerate`),
  'get federation': (client, path) => client.get(`${path}/federation`),
  'set federation': (client, path) => client.post(`${path}/federation`, CONFIG),
  'delete federation': (client, path) => client.delete(`${path}/federation`),
}
const NO_ROBOT = { message: 'Could not find robot with specified username' }

let database: TestDatabase
const servers: Record<string, Stage> = {}

beforeAll(async () => {
  database = await createTestDatabase()
  for (const apiProfile of ['documented', 'live'] as const) {
    const config = { apiProfile, superusersFullAccess: true }
    servers[apiProfile] = await startStage({ database, config })
  }
  const stage = servers.live as Stage
  await stage.people('alice')
  await stage.superusers('root')
  await stage.organization('acme')
})

afterAll(async () => {
  for (const server of Object.values(servers)) await server.close()
  await database.drop()
})

describe.each(['documented', 'live'] as const)('profile %s', (profile) => {
  const server = () => servers[profile] as Stage
  const as = (user: string) => server().client(user, 'user:admin', 'org:admin', 'super:user')
  const noRobot = () =>
    profile === 'live' ? [400, NO_ROBOT] : [404, apiError(server().url, 'not_found')]

  it.each(Object.entries(ON_A_ROBOT))('a robot that does not exist: %s', async (_, call) => {
    const client = await as('alice')
    const before = await snapshot(server().db)
    for (const owner of ['user', 'organization/acme']) {
      const { status, body } = await call(client, `/api/v1/${owner}/robots/nobody`)
      expect([status, body], owner).toEqual(noRobot())
    }
    expect((await snapshot(server().db)).robots).toEqual(before.robots)
  })

  it.each(Object.entries(ON_A_ROBOT))(
    'an organization that does not exist looks like one that is not yours: %s',
    async (_, call) => {
      const { status, body } = await call(await as('alice'), '/api/v1/organization/none/robots/bot')
      expect([status, body]).toEqual([403, apiError(server().url, 'insufficient_scope')])
    },
  )

  it.each([
    ['none', 'none'],
    ['ACME', 'ACME'],
    ['acm_', 'acm_'],
    ['%25', '%'],
    ['%00', '\0'],
  ])(
    'a superuser with full access is told that there is no organization %s',
    async (sent, name) => {
      const root = await as('root')
      const path = `/api/v1/organization/${sent}/robots`
      const noOrganization = [400, { message: `Organization does not exist: ${name}` }]
      const missing = [404, apiError(server().url, 'not_found')]
      const answers = async (...calls: PromiseLike<Answer>[]) =>
        (await Promise.all(calls)).map(({ status, body }) => [status, body])

      expect(
        await answers(
          root.get(path),
          root.get(`${path}/bot`),
          root.put(`${path}/bot`),
          root.post(`${path}/bot/regenerate`),
          root.delete(`${path}/bot`),
          root.get(`${path}/bot/federation`),
        ),
      ).toEqual([missing, noOrganization, noOrganization, noOrganization, missing, missing])
    },
  )

  it.each(['none', 'ACME', '%25', '%00', 'root2'])(
    'and that there is no namespace whose repositories are asked for: %s',
    async (name) => {
      const root = await server().client('root', 'repo:read', 'org:admin', 'super:user')
      const paths = [
        `repository?namespace=${name}`,
        `repository/${name}/web`,
        `organization/${name}/members`,
        `organization/${name}/logs`,
        `organization/${name}/prototypes`,
        `organization/${name}/applications`,
        `organization/${name}/team/owners/members`,
      ]
      for (const path of paths) {
        const { status, body } = await root.get(`/api/v1/${path}`)
        expect([status, body], path).toEqual([404, apiError(server().url, 'not_found')])
      }
      await root.delete(`/api/v1/repository/${name}/web`).expect(404)
    },
  )

  it('judges a federation list before the robot is looked for', async () => {
    const { status, body } = await (await as('alice')).post(
      '/api/v1/organization/acme/robots/nobody/federation',
      [{ issuer: 'ftp://ci.example', subject: 'build' }],
    )
    expect([status, body]).toEqual([
      400,
      invalidRequest(server().url, 'Issuer must be a URL (http:// or https://)'),
    ])
  })
})
