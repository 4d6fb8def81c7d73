import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProfileName } from '../../src/domain/api-profile.ts'
import type { Scope } from '../../src/domain/scopes.ts'
import { apiError, type Client } from '../helpers/api.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/postgres.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Saying which identities may act as a robot hands on what the robot may do.

let database: TestDatabase
let services: Record<ProfileName, Stage>
let documented: Stage

/** Robots of acme, by what they may do. */
const ROBOTS = ['idle', 'reader', 'writer', 'admin', 'teamed', 'heir', 'late', 'creator', 'boss']

beforeAll(async () => {
  database = await createTestDatabase()
  const start = (apiProfile: ProfileName) => startStage({ database, config: { apiProfile } })
  services = { documented: await start('documented'), live: await start('live') }
  documented = services.documented
  await documented.people('alice', 'bob')
  await documented.organization('acme')
  const alice = await documented.client('alice', 'org:admin', 'user:admin', 'repo:admin')
  for (const name of ROBOTS) await alice.put(`${robot(name)}`).expect(201)
  await alice.put('/api/v1/user/robots/own').expect(200)
  await documented.team('acme', { name: 'crew', role: 'member', members: ['acme+teamed'] })
  await documented.repository('acme/web', {
    robots: { 'acme+reader': 'read', 'acme+writer': 'write', 'acme+admin': 'admin' },
    teams: { crew: 'write' },
  })
  await documented.repository('alice/web', { robots: { 'alice+own': 'admin' } })
  await documented.team('acme', { name: 'makers', role: 'creator', members: ['acme+creator'] })
  await documented.team('acme', { name: 'chiefs', role: 'admin', members: ['acme+boss'] })
  await documented.team('acme', { name: 'lates', role: 'member', members: ['acme+late'] })
  const prototypes = '/api/v1/organization/acme/prototypes'
  const heir = { kind: 'user', name: 'acme+heir' }
  await alice.post(prototypes, { role: 'write', delegate: heir }).expect(200)
  const lates = { kind: 'team', name: 'lates' }
  await alice.post(prototypes, { role: 'write', delegate: lates }).expect(200)
})

afterAll(async () => {
  for (const service of Object.values(services)) await service.close()
  await database.drop()
})

const robot = (name: string) => `/api/v1/organization/acme/robots/${name}`
const ENTRY = { issuer: 'https://ci.example', subject: 'build' }

const holding = (scopes: Scope[], server = documented, user = 'alice') =>
  server.client(user, ...scopes)

const changes = async (caller: Client, path: string) => [
  (await caller.post(`${path}/federation`, [ENTRY])).status,
  (await caller.post(`${path}/federation`, [])).status,
  (await caller.post(`${path}/federation/entries`, ENTRY)).status,
  (await caller.delete(`${path}/federation`)).status,
]
const DONE = [201, 201, 201, 204]
const REFUSED = [403, 403, 403, 403]

const REACHES: [Scope[], string[]][] = [
  [['user:admin'], ['idle', 'missing']],
  [
    ['user:admin', 'repo:create'],
    ['idle', 'missing'],
  ],
  [
    ['user:admin', 'repo:read'],
    ['idle', 'missing', 'reader'],
  ],
  [
    ['user:admin', 'repo:write'],
    ['idle', 'missing', 'reader', 'writer', 'teamed', 'heir', 'late'],
  ],
  [
    ['user:admin', 'repo:admin'],
    ['idle', 'missing', 'reader', 'writer', 'teamed', 'heir', 'late', 'admin'],
  ],
  [
    ['user:admin', 'repo:admin', 'repo:create'],
    [...ROBOTS, 'missing'],
  ],
  [['org:admin'], [...ROBOTS, 'missing']],
]

describe('the identities that may act as a robot of an organization', () => {
  it.each(REACHES)('are set with %j for robots that it reaches', async (scopes, open) => {
    const caller = await holding(scopes)
    for (const name of [...ROBOTS, 'missing']) {
      const allowed = name === 'missing' ? [404, 404, 404, 404] : DONE
      expect(await changes(caller, robot(name)), name).toEqual(
        open.includes(name) ? allowed : REFUSED,
      )
    }
  })

  it('are read with the published scope, whatever the robot may do', async () => {
    const caller = await holding(['user:admin'])
    await (await holding(['org:admin'])).post(`${robot('boss')}/federation`, [ENTRY]).expect(201)
    const { body } = await caller.get(`${robot('boss')}/federation`).expect(200)
    expect(body).toEqual([ENTRY])
  })

  it('are not judged before the right to set them', async () => {
    const caller = await holding(['user:admin'])
    const { status, body } = await caller.post(`${robot('writer')}/federation`, [{ audience: 1 }])
    expect([status, body]).toEqual([403, apiError(documented.url, 'insufficient_scope')])
  })

  it('are set by nobody who does not administer the organization', async () => {
    const bob = await holding(['user:admin', 'repo:admin', 'repo:create'], documented, 'bob')
    expect(await changes(bob, robot('idle'))).toEqual(REFUSED)
  })

  it('need org:admin in the profile live', async () => {
    const scopes: Scope[] = ['user:admin', 'repo:admin', 'repo:create']
    expect(await changes(await holding(scopes, services.live), robot('idle'))).toEqual(REFUSED)
    const admin = await holding(['org:admin'], services.live)
    expect(await changes(admin, robot('boss'))).toEqual([200, 200, 201, 204])
  })
})

it('are set with user:admin for one’s own robots, under either path', async () => {
  const caller = await holding(['user:admin'])
  for (const path of ['/api/v1/user/robots/own', '/api/v1/organization/alice/robots/own']) {
    const expected = path.includes('organization') ? DONE : [200, 200, 201, 204]
    expect(await changes(caller, path)).toEqual(expected)
  }
})
