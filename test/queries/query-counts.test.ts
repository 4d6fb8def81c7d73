import { afterAll, beforeAll, expect, it } from 'vitest'
import { Prisma } from '../../src/generated/prisma/client.ts'
import { basic, bearer } from '../helpers/api.ts'
import { exchangeOf, LOOPBACK } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { countQueries } from '../helpers/queries.ts'
import { send } from '../helpers/raw-http.ts'
import { namespaceId } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// However many robots, repositories, roles, teams and federation entries there are, a request takes as many queries.

const ACME = '/api/v1/organization/acme'
const ROBOT = `${ACME}/robots/ci`

let stage: Stage
let issuer: Issuer
let token: string
let password: string
let robotApiToken: string

beforeAll(async () => {
  issuer = await startIssuer()
  stage = await startStage({ config: LOOPBACK })
  await stage.people('alice')
  await stage.organization('acme')
  token = await stage.token('alice', ['user:admin', 'org:admin', 'repo:admin', 'repo:create'])
  const { put } = stage.api.as(token)
  password = (await put(ROBOT).expect(201)).body.token
  await put(`${ACME}/robots/spare`).expect(201)
  await stage.team('acme', { name: 'admins', role: 'admin', members: ['acme+spare'] })
  robotApiToken = await stage.robotToken('acme+spare', ['org:admin'])
  await addMore(1, 1)
})
afterAll(async () => {
  await stage.close()
  await issuer.close()
})

/** Robots, teams that hold the robot `ci`, repositories where it has a role, and entries of its federation. */
async function addMore(first: number, last: number) {
  const { db } = stage
  const id = await namespaceId(db, 'acme')
  const series = Prisma.sql`generate_series(${first}::int, ${last}::int) AS i`
  const ci = Prisma.sql`(SELECT id FROM robots WHERE namespace_id = ${id}::uuid AND name = 'ci')`
  for (const insert of [
    Prisma.sql`INSERT INTO teams (id, organization_id, name, role, created_at)
      SELECT gen_random_uuid(), ${id}::uuid, 'team' || i, 'member', now() FROM ${series}`,
    Prisma.sql`INSERT INTO team_members (id, team_id, robot_id)
      SELECT gen_random_uuid(), t.id, ${ci} FROM teams t JOIN ${series} ON t.name = 'team' || i`,
    Prisma.sql`INSERT INTO repositories (id, namespace_id, name, visibility, created_at)
      SELECT gen_random_uuid(), ${id}::uuid, 'repository' || i, 'private', now() FROM ${series}`,
    Prisma.sql`INSERT INTO repository_permissions (id, repository_id, robot_id, role)
      SELECT gen_random_uuid(), p.id, ${ci}, 'write' FROM repositories p JOIN ${series} ON p.name = 'repository' || i`,
  ]) {
    await db.$executeRaw(insert)
  }
  for (let n = first; n <= last; n++)
    await stage.api.as(token).put(`${ACME}/robots/more${n}`).expect(201)
  const entries = Array.from({ length: last }, (_, n) => ({
    issuer: issuer.issuer,
    subject: `build${n}`,
  }))
  const conditional = entries.map((entry) => ({
    ...entry,
    subject: `job*:${entry.subject}`,
    subject_match: 'glob',
    claims: { team: 'web', ref: { glob: 'refs/tags/v*' }, event: ['push', 'release'] },
  }))
  await stage.api
    .as(token)
    .post(`${ROBOT}/federation`, [...conditional, ...entries])
    .expect(201)
  robotToken = (await exchange('build0')).body.token
}

let robotToken: string

const exchange = async (subject: string, claims: object = {}) =>
  exchangeOf(stage.url).basic('acme+ci', await issuer.mint({ ...claims, sub: subject }))

const scopes = (count: number) =>
  Array.from(
    { length: count },
    (_, n) => `scope=repository:acme/repository${n + 1}:pull,push`,
  ).join('&')

let whole = 1
const roles = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`repository${n + 1}`, 'write']))

/** By name: the same request, which may ask for more once there is more. */
const REQUESTS: Record<string, (more: boolean) => PromiseLike<{ status: number }>> = {
  'get robot': () => stage.api.as(token).get(ROBOT),
  'get robot by a robot': () => stage.api.as(robotApiToken).get(ROBOT),
  'list robots': () => stage.api.as(token).get(`${ACME}/robots?permissions=true&token=true`),
  'get robot with details': () => stage.api.as(token).get(`${ROBOT}?details=true`),
  'list robots with details': () =>
    stage.api.as(token).get(`${ACME}/robots?details=true&permissions=true`),
  'search robots': () =>
    stage.api.as(token).get(`${ACME}/robots?q=more&label=env:none&sort=last_used&details=true`),
  permissions: () => stage.api.as(token).get(`${ROBOT}/permissions`),
  'federation config': () => stage.api.as(token).get(`${ROBOT}/federation`),
  'create robot': (more) => stage.api.as(token).put(`${ACME}/robots/made${more ? 2 : 1}`),
  'make robot with its roles': (more) =>
    stage.api
      .as(token)
      .post(`${ACME}/robots`, { name: `whole${whole++}`, permissions: roles(more ? 20 : 1) }),
  'delete robot': (more) => stage.api.as(token).delete(`${ACME}/robots/made${more ? 2 : 1}`),
  'regenerate token': () => stage.api.as(token).post(`${ACME}/robots/spare/regenerate`),
  'registry token': (more) =>
    send(stage.url, {
      path: `/v2/auth?${scopes(more ? 20 : 1)}`,
      headers: basic('acme+ci', password),
    }),
  'federated exchange': () => exchange('build0'),
  'exchange with three claims and a pattern': (more) =>
    exchange(`job7:build${more ? 49 : 0}`, { team: 'web', ref: 'refs/tags/v2', event: 'push' }),
  'token exchange': async () =>
    send(stage.url, {
      method: 'POST',
      path: '/sts/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(
        new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: await issuer.mint({ sub: 'build0' }),
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          resource: 'urn:quay:robot:acme+ci',
          scope: 'repository:acme/repository1:pull',
        }),
      ),
    }),
  introspection: () =>
    send(stage.url, {
      method: 'POST',
      path: '/oauth2/federation/robot/introspect',
      headers: { ...bearer(token), 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${robotToken}`,
    }),
  organization: () => stage.api.as(token).get(ACME),
  'list repositories': () => stage.api.as(token).get('/api/v1/repository?namespace=acme'),
  'list members': () => stage.api.as(token).get(`${ACME}/members`),
  'list collaborators': () => stage.api.as(token).get(`${ACME}/collaborators`),
  log: () => stage.api.as(token).get(`${ACME}/logs`),
  entities: () => stage.api.as(token).get('/api/v1/entities/m?namespace=acme&includeTeams=true'),
}

it('takes the same number of queries with one and with fifty of everything', async () => {
  const count = async (more: boolean) => {
    const counted: Record<string, number> = {}
    for (const [name, request] of Object.entries(REQUESTS)) {
      let status = 0
      await request(more) // what is noted at a first use
      if (name === 'create robot') await REQUESTS['delete robot']?.(more)
      if (name === 'delete robot') await REQUESTS['create robot']?.(more)
      counted[name] = await countQueries(async () => {
        status = (await request(more)).status
        await stage.services.settled()
      })
      expect(status, name).toBeLessThan(300)
    }
    return counted
  }
  const few = await count(false)
  await addMore(2, 50)
  expect(await count(true)).toEqual(few)
  // Who calls, and what they may do here, is one of them.
  expect(few).toMatchObject({
    ...{
      'get robot': 2,
      'get robot by a robot': 2,
      'list robots': 2,
      'create robot': 2,
      'delete robot': 2,
    },
    ...{ permissions: 3, 'list members': 2, log: 2, 'regenerate token': 3 },
    ...{ 'registry token': 1, 'federated exchange': 2, introspection: 2 },
  })
  expect(few['exchange with three claims and a pattern']).toBe(few['federated exchange'])
  expect(Math.max(...Object.values(few))).toBeLessThan(12)
})
