import type { Response } from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { sendDuring } from '../helpers/held-rows.ts'
import { auditEntries } from '../helpers/rows.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// A change that had to wait for others is a change of what they have left: what they did stays, and is what the log tells of.

let stage: Stage
let alice: Client
let root: Client
let acme: string
let jwks: object
let webhook: string

beforeAll(async () => {
  stage = await startStage()
  jwks = { keys: [(await createSigningKey('ES256', 'k1')).publicJwk] }
  await stage.people('alice', 'bob')
  await stage.superusers('root')
  alice = await stage.client('alice', 'org:admin', 'user:admin', 'repo:admin')
  root = await stage.client('root', 'super:user')
})
afterAll(() => stage.close())

beforeEach(async () => {
  acme = await stage.organization()
  await stage.robot(`${acme}+ci`, [entry('build')])
  await stage.team(acme, { name: 'helpers', role: 'member', members: ['bob'] })
  await stage.team(acme, { name: 'others', role: 'member' })
  await putRecord().expect(200)
  const target = { url: 'https://hooks.example.com/', events: ['robot.disabled'] }
  webhook = (await alice.post(of('/webhooks'), target).expect(201)).body.id
  await stage.clearLog()
})

const of = (path = '') => `/api/v1/organization/${acme}${path}`
const entry = (subject: string) => ({ issuer: 'https://issuer.example.com', subject })
const putRecord = () => alice.put(of('/issuers/cluster'), { issuer: 'https://a', jwks })

const ORGANIZATION = () => `namespaces WHERE name = '${acme}'`
const ID = () => `(SELECT id FROM ${ORGANIZATION()})`
const ROBOT = () => `robots WHERE namespace_id = ${ID()}`
const TEAM = (name: string) =>
  `(SELECT id FROM teams WHERE name = '${name}' AND organization_id = ${ID()})`

const shown = async (path: string) => (await alice.get(of(path)).expect(200)).body
const entryId = async () => (await shown('/robots/ci/federation/entries')).entries[0].id
const logged = async (kind: string) =>
  (await auditEntries(stage.db)).filter((one) => one.kind === kind).map(({ metadata }) => metadata)

interface Meanwhile {
  held: () => string
  /** What others do; SQL. */
  change: () => string
  send: () => PromiseLike<Response>
  /** What is there afterwards, and what it has to be. */
  after: () => Promise<unknown>
  wanted: unknown
}

const CASES: Record<string, Meanwhile> = {
  'an issuer record that they have deleted is made anew': {
    held: ORGANIZATION,
    change: () => `DELETE FROM issuer_records WHERE organization_id = ${ID()}`,
    send: putRecord,
    after: () => shown('/issuers/cluster'),
    wanted: { issuer: 'https://a' },
  },
  'an issuer record is logged as it was deleted': {
    held: ORGANIZATION,
    change: () => `UPDATE issuer_records SET issuer = 'https://b' WHERE organization_id = ${ID()}`,
    send: () => alice.delete(of('/issuers/cluster')),
    after: () => logged('delete_issuer_record'),
    wanted: [{ name: 'cluster', issuer: 'https://b' }],
  },
  'a team that they have promoted is put back, and that is logged': {
    held: ORGANIZATION,
    change: () => `UPDATE teams SET role = 'admin' WHERE id = ${TEAM('helpers')}`,
    send: () => alice.put(of('/team/helpers'), { role: 'member' }),
    after: () => logged('org_set_team_role'),
    wanted: [{ team: 'helpers', role: 'member' }],
  },
  'a team that they have deleted is made': {
    held: ORGANIZATION,
    change: () => `DELETE FROM teams WHERE id = ${TEAM('helpers')}`,
    send: () => alice.put(of('/team/helpers'), { role: 'creator' }),
    after: async () => (await shown('')).teams.helpers,
    wanted: { name: 'helpers', role: 'creator' },
  },
  'a member leaves the teams that they have added, too': {
    held: ORGANIZATION,
    change: () => `INSERT INTO team_members (id, team_id, user_id)
      SELECT gen_random_uuid(), ${TEAM('others')}, id FROM namespaces WHERE name = 'bob'`,
    send: () => alice.delete(of('/members/bob')),
    after: () =>
      stage.db.teamMember.count({
        where: { user: { name: 'bob' }, team: { organization: { name: acme } } },
      }),
    wanted: 0,
  },
  'an address of an organization is logged with the one that they gave it': {
    held: ORGANIZATION,
    change: () => `UPDATE namespace_rows SET email = 'theirs@example.com' WHERE name = '${acme}'`,
    send: () => alice.put(of(), { email: `mine@${acme}.example.com` }),
    after: () => logged('org_change_email'),
    wanted: [{ old_email: 'theirs@example.com' }],
  },
  'a user whom they have disabled is enabled, and that is logged': {
    held: () => "namespaces WHERE name = 'bob'",
    change: () => "UPDATE namespace_rows SET enabled = false WHERE name = 'bob'",
    send: () => root.put('/api/v1/superuser/users/bob', { enabled: true }),
    after: () => logged('user_enable'),
    wanted: [{ username: 'bob' }],
  },
  'a robot that they have disabled is enabled': {
    held: ROBOT,
    change: () => `UPDATE ${ROBOT().replace('WHERE', 'SET enabled = false WHERE')}`,
    send: () => alice.patch(of('/robots/ci'), { enabled: true }),
    after: () => shown('/robots/ci?details=true'),
    wanted: { enabled: true },
  },
  'labels that they have given a robot stay': {
    held: ROBOT,
    change: () => `UPDATE ${ROBOT().replace('WHERE', `SET labels = '{team:web}' WHERE`)}`,
    send: () => alice.patch(of('/robots/ci'), { labels: { tier: '1' } }),
    after: () => shown('/robots/ci?details=true'),
    wanted: { labels: { team: 'web', tier: '1' } },
  },
  'federation entries that they have added stay': {
    held: ROBOT,
    change: () => `INSERT INTO federation_entry_rows
      SELECT copy.* FROM federation_entry_rows one
      CROSS JOIN LATERAL jsonb_populate_record(NULL::federation_entry_rows, to_jsonb(one) ||
        jsonb_build_object('id', gen_random_uuid(), 'subject', 'theirs', 'position', 7)) copy
      WHERE one.robot_id = (SELECT id FROM ${ROBOT()})`,
    send: () => alice.post(of('/robots/ci/federation/entries'), entry('mine')),
    after: async () =>
      (await shown('/robots/ci/federation')).map(({ subject }: { subject: string }) => subject),
    wanted: ['build', 'theirs', 'mine'],
  },
  'another field of a federation entry, which they have changed, stays': {
    held: ROBOT,
    change: () => `UPDATE federation_entry_rows SET description = 'theirs'
      WHERE robot_id = (SELECT id FROM ${ROBOT()})`,
    send: async () =>
      alice.patch(of(`/robots/ci/federation/entries/${await entryId()}`), { expires_in: 600 }),
    after: async () => (await shown('/robots/ci/federation/entries')).entries[0],
    wanted: { description: 'theirs', expires_in: 600 },
  },
  'another field of a robot, which they have changed, stays': {
    held: ROBOT,
    change: () =>
      `UPDATE ${ROBOT().replace('WHERE', `SET enabled = false, disabled_reason = 'leaked' WHERE`)}`,
    send: () => alice.patch(of('/robots/ci'), { description: 'builds' }),
    after: () => shown('/robots/ci?details=true'),
    wanted: { description: 'builds', enabled: false, disabled_reason: 'leaked' },
  },
  'another setting of an organization, which they have changed, stays': {
    held: ORGANIZATION,
    change: () => `UPDATE namespace_rows SET invoice_email = true WHERE name = '${acme}'`,
    send: () => alice.put(of(), { tag_expiration_s: 86_400 }),
    after: () => shown(''),
    wanted: { invoice_email: true, tag_expiration_s: 86_400 },
  },
  'a webhook that they have disabled is enabled': {
    held: () => `webhooks WHERE id = '${webhook}'`,
    change: () => `UPDATE webhooks SET enabled = false WHERE id = '${webhook}'`,
    send: () => alice.patch(of(`/webhooks/${webhook}`), { enabled: true }),
    after: () => shown(`/webhooks/${webhook}`),
    wanted: { enabled: true },
  },
  'a robot policy that they have set is lifted': {
    held: ORGANIZATION,
    change: () =>
      `UPDATE namespace_rows SET robot_policy = '{"robots_max": 3}' WHERE name = '${acme}'`,
    send: () => alice.put(of('/robot-policy'), {}),
    after: async () => {
      const { robotPolicy } = await stage.db.namespace.findUniqueOrThrow({ where: { name: acme } })
      return { robotPolicy, logged: (await logged('change_robot_policy')).length }
    },
    wanted: { robotPolicy: null, logged: 1 },
  },
}

describe('what others change while a request waits for them counts:', () => {
  it.each(Object.entries(CASES))('%s', async (_, { held, change, send, after, wanted }) => {
    const hold = `SELECT 1 FROM ${held()} FOR UPDATE`
    const { waited, answer } = await sendDuring(stage, { hold, change: change() }, send)
    expect([waited, answer.status < 500]).toEqual([true, true])
    const found = await after()
    if (typeof wanted === 'object') expect(found).toMatchObject(wanted as object)
    else expect(found).toBe(wanted)
  })
})
