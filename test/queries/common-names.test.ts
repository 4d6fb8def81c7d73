import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { basic, type Client } from '../helpers/api.ts'
import { recordStatements, rowsReadBy } from '../helpers/plans.ts'
import { writeMany } from '../helpers/rows.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A robot is found by its owner and its name, however many owners there are, and have a robot of that name.

/** Organizations, each with a robot `deployer`, and with some that are called as no other. */
const ORGANIZATIONS = 1_000
const UNLIKE = 9
const TABLES = ['namespace', 'robots', 'robot_secrets', 'repositories']
/** Of one statement: the owner, the robot, its secrets, the repository, and what belongs to them. */
const MOST = 12

let stage: Stage
let secret: string

beforeAll(async () => {
  stage = await startStage()
  await stage.people('alice')
  await writeMany(stage.db, async (tx) => {
    await tx.$executeRaw`
      INSERT INTO namespaces (id, name, kind, created_at)
      SELECT gen_random_uuid(), 'other' || n, 'organization', now() FROM generate_series(1, ${ORGANIZATIONS}::int) n`
    await tx.$executeRaw`
      INSERT INTO robots (id, namespace_id, name, credential_id, created_at)
      SELECT gen_random_uuid(), n.id, CASE i WHEN 0 THEN 'deployer' ELSE n.name || i END, gen_random_uuid(), now()
      FROM namespaces n, generate_series(0, ${UNLIKE}::int) i WHERE n.kind = 'organization'`
  })
  await stage.organization('acme')
  secret = await stage.robot('acme+deployer')
  await stage.team('acme', { name: 'devs', role: 'member' })
  await stage.repository('acme/web', { robots: { 'acme+deployer': 'write' } })
}, 120_000)
afterAll(() => stage.close())

const ACME = '/api/v1/organization/acme'
const DEPLOYER = 'acme+deployer'
const MEMBER = `${ACME}/team/devs/members/${DEPLOYER}`
const ROLE = `/api/v1/repository/acme/web/permissions/user/${DEPLOYER}`

type Ask = (admin: Client, anybody: Client) => Promise<unknown>

const REQUESTS: Record<string, Ask> = {
  'a registry token': (_, { get }) =>
    get(`/v2/auth?service=${stage.config.registryService}&scope=repository:acme/web:pull`)
      .set(basic(DEPLOYER, secret))
      .expect(200),
  'an exchange': (_, { get }) =>
    get('/oauth2/federation/robot/token').set(basic(DEPLOYER, 'a.b.c')).expect(401),
  'a robot': ({ get }) => get(`${ACME}/robots/deployer`).expect(200),
  'its organization': ({ get }) => get(`${ACME}?details=true`).expect(200),
  'a role for it': ({ put }) => put(ROLE, { role: 'read' }).expect(200),
  'a team for it': async (admin) => {
    await admin.put(MEMBER).expect(200)
    await admin.delete(MEMBER).expect(204)
  },
}

describe.each(['before', 'after'])('%s the planner knows the tables', (when) => {
  beforeAll(async () => {
    if (when === 'after') await stage.db.$executeRawUnsafe('ANALYZE')
  })

  it.each(Object.keys(REQUESTS))('few rows are read for %s', async (what) => {
    const admin = await stage.client('alice', 'org:admin', 'repo:admin')
    const recorder = recordStatements()
    await REQUESTS[what]?.(admin, stage.api.as())
    const reading = recorder.stop().filter(({ text }) => /^\s*SELECT/i.test(text))
    expect(reading.length).toBeGreaterThan(0)
    for (const statement of reading) {
      expect(await rowsReadBy(stage.db, TABLES, statement), statement.text).toBeLessThanOrEqual(
        MOST,
      )
    }
  })
})
