import { expect } from 'vitest'
import { SCOPES } from '../../src/domain/scopes.ts'
import type { Client } from '../helpers/api.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Namespaces that have the same things by the same names, made by the same people.

export const ISSUER = 'https://issuer.example.com'

/** Method, path and body; `{key}` is one of the texts that are known of a namespace. */
export type Step = [
  method: 'get' | 'put' | 'post' | 'patch' | 'delete',
  path: string,
  body?: object,
]

type Known = Record<string, string>

export type Namesakes = Awaited<ReturnType<typeof startNamesakes>>

export async function startNamesakes() {
  const stage = await startStage()
  await stage.people('alice', 'bob', 'carol')
  await stage.superusers('root')
  const alice = await stage.client('alice', ...SCOPES)
  const jwks = { keys: [(await createSigningKey('ES256', 'k1')).publicJwk] }

  async function makeRobot(client: Client, robot: string, entry: object) {
    await client.put(robot, { description: 'builds' }).expect(/ci/)
    const added = await client.post(`${robot}/federation/entries`, entry).expect(201)
    const token = { name: 'bot', scope: 'repo:read', expiration: 3600 }
    const made = await client.post(`${robot}/tokens`, token).expect(200)
    return { robot, entry: `${added.body.id}`, robotToken: `${made.body.uuid}` }
  }

  return {
    ...stage,
    alice,
    jwks,
    root: await stage.client('root', ...SCOPES),

    async organization(name: string) {
      const path = `/api/v1/organization/${name}`
      const repository = `/api/v1/repository/${name}/web`
      const robot = `${name}+ci`
      const post = async (url: string, body: object) =>
        (await alice.post(url, body).expect(200)).body
      await stage.organization(name)
      await alice.put(`${path}/issuers/cluster`, { issuer: ISSUER, jwks }).expect(200)
      const entry = { issuer: ISSUER, issuer_ref: 'cluster', subject: 'build' }
      const made = await makeRobot(alice, `${path}/robots/ci`, entry)
      await stage.team(name, { name: 'devs', role: 'member', members: ['bob', robot] })
      await stage.repository(`${name}/web`, {
        robots: { [robot]: 'write' },
        teams: { devs: 'read' },
      })
      for (const [user, role] of Object.entries({ bob: 'write', carol: 'read' })) {
        await alice.put(`${repository}/permissions/user/${user}`, { role }).expect(200)
        const delegate = { kind: 'user', name: user }
        await post(`${path}/prototypes`, { role, delegate })
      }
      const delegate = { kind: 'team', name: 'devs' }
      const byBob = { role: 'read', delegate, activating_user: { name: 'bob' } }
      const { id: prototype } = await post(`${path}/prototypes`, byBob)
      const { client_id: client } = await post(`${path}/applications`, { name: 'ci' })
      const application = `${path}/applications/${client}`
      const { uuid: token } = await post(`${application}/tokens`, {
        name: 'one',
        scope: 'org:admin',
      })
      return { name, path, repository, ...made, prototype, client, application, token }
    },

    /** @returns the user's client besides */
    async user(name: string) {
      await stage.people(name)
      const client = await stage.client(name, ...SCOPES)
      const entry = { issuer: ISSUER, subject: 'build' }
      const made = await makeRobot(client, '/api/v1/user/robots/ci', entry)
      const { body } = await client.post('/api/v1/user/apptoken', { title: 'laptop' }).expect(200)
      await stage.token(name, ['user:read'])
      const { tokens } = (await client.get('/api/v1/user/tokens').expect(200)).body
      const appToken = `${body.token.uuid}`
      return { client, known: { name, ...made, appToken, token: `${tokens.at(-1).uuid}` } }
    },

    take: (client: Client, [method, path, body]: Step, known: Known) =>
      client[method](
        path.replace(/\{(\w+)\}/g, (_, key: string) => known[key] as string),
        body as object,
      ),

    rows: () => allRows(stage),

    /** Takes a step that changes something, but none of these rows. */
    async changes(step: () => PromiseLike<{ status: number; body: unknown }>, rows: string[]) {
      const before = await allRows(stage)
      const { status, body } = await step()
      expect(status < 300 || body).toBe(true)
      const after = await allRows(stage)
      expect(after).not.toEqual(before)
      const left = new Set(after)
      expect(rows.filter((row) => !left.has(row))).toEqual([])
    },
  }
}

/** All but the log, without when a row was last used. */
async function allRows({ db }: Stage): Promise<string[]> {
  const tables = await db.$queryRawUnsafe<{ name: string }[]>(`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()
      AND NOT starts_with(tablename, '_') AND tablename <> 'audit_entries'`)
  const queries = tables.map(
    ({ name }) =>
      `SELECT '${name} ' || (to_jsonb(t) - 'last_accessed_at')::text AS row FROM ${name} t`,
  )
  const rows = await db.$queryRawUnsafe<{ row: string }[]>(
    `${queries.join(' UNION ALL ')} ORDER BY 1`,
  )
  return rows.map(({ row }) => row)
}
