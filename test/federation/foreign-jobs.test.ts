import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { issuersWith } from '../helpers/federation.ts'
import { createSigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// At an issuer that many share an entry says whose job is meant, not whose workflow the job runs.

const GITHUB = 'https://token.actions.githubusercontent.com'
const WORKFLOW = 'job_workflow_ref:acme/shared/.github/workflows/publish.yml'
const ROBOT = '/api/v1/organization/acme/robots/ci'

let stage: Stage
let alice: Client

beforeAll(async () => {
  const key = await createSigningKey('ES256', 'k')
  stage = await startStage({ config: { issuers: issuersWith(key, GITHUB) } })
  await stage.people('alice')
  await stage.organization('acme')
  await stage.robot('acme+ci', [])
  alice = await stage.client('alice', 'user:admin', 'org:admin')
})
afterAll(() => stage.close())

const post = (entry: object) =>
  alice.post(`${ROBOT}/federation/entries`, { issuer: GITHUB, audiences: ['a'], ...entry })

const glob = { subject_match: 'glob' }

describe('a pattern of a workflow that others may run', () => {
  it('is refused, as a single entry and in a list', async () => {
    const entry = { subject: `${WORKFLOW}@refs/*`, ...glob }
    const refused = [400, expect.stringContaining('leaves open whose job it is at GitHub')]
    const single = await post(entry)
    expect([single.status, single.body.error_message]).toEqual(refused)
    const list = await alice.post(`${ROBOT}/federation`, [{ issuer: GITHUB, ...entry }])
    expect([list.status, list.body.error_message]).toEqual(refused)
  })

  it.each([
    { subject: `${WORKFLOW}@refs/*`, claims: { repository_owner_id: '123456' } },
    { subject: `${WORKFLOW}@refs/heads/main:repository_owner_id:123456:*` },
  ])('is taken where the owner of the job is named: %j', async (entry) => {
    expect((await post({ ...entry, ...glob })).status).toBe(201)
  })
})

it.each([`${WORKFLOW}@refs/heads/main`, 'environment:production', 'ref:refs/heads/main'])(
  'an exact subject of anybody is warned of: %s',
  async (subject) => {
    const { body } = await post({ subject }).expect(201)
    expect(body.warnings).toEqual([
      { code: 'any_tenant', message: expect.stringContaining('whoever signs up at GitHub') },
    ])
    const pinned = { subject, claims: { repository_id: '456789' } }
    expect((await post(pinned).expect(201)).body.warnings).toEqual([])
  },
)
