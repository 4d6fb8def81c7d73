import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Client, invalidRequest } from '../helpers/api.ts'
import { exchangeOf } from '../helpers/federation.ts'
import type { Issuer } from '../helpers/issuer.ts'
import { auditEntries, snapshot } from '../helpers/rows.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// What an entry may ask of a token besides its subject and audience.

const PATHS = ['/api/v1/user/robots/ci', '/api/v1/organization/acme/robots/ci']

let stage: FederationStage
let issuer: Issuer
let alice: Client
let exchange: ReturnType<typeof exchangeOf>

beforeAll(async () => {
  stage = await startFederationStage()
  issuer = stage.issuer
  alice = await stage.client('alice', 'user:admin', 'org:admin')
  exchange = exchangeOf(stage.url)
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  for (const path of PATHS) await alice.put(path)
})

afterAll(() => stage.close())

const entry = (fields: object = {}) => ({ issuer: issuer.issuer, subject: 'job', ...fields })

const FULL = {
  subject: 'repo:acme/*:ref:**',
  subject_match: 'glob',
  audiences: ['registry'],
  claims: {
    repository_id: '456789',
    event_name: ['push', 'release'],
    workflow: { glob: 'acme/shared/*@refs/tags/v2*' },
    attempt: 1,
    ref_protected: true,
    '/kubernetes.io/serviceaccount/uid': 'f5720c1d',
  },
  max_token_age: 3600,
  issuer_ref: 'prod-eu',
  single_use: true,
  expires_in: 900,
  registry_scopes: [
    'repository:acme/web:pull,push',
    'repository:acme/ci-*:pull',
    'repository:**:*',
  ],
  description: 'of the web team',
}

it.each([
  FULL,
  { max_token_age: 1 },
  { claims: { attempt: 1.5 } },
  { claims: { groups: [true, 'ops', 7] } },
])('comes back as it was posted: %j', async (fields) => {
  for (const path of PATHS) {
    const { body } = await alice.post(`${path}/federation`, [entry(fields), entry()])
    expect(body).toEqual([entry(fields), entry()])
    expect((await alice.get(`${path}/federation`)).body).toEqual(body)
  }
})

it('is the same one when its claims are posted in another order', async () => {
  const claims = { a: 'x', b: ['y', 'z'] }
  const url = `${PATHS[0]}/federation?details=true`
  const [stored] = (await alice.post(url, [entry({ claims })])).body
  const again = entry({ claims: { b: ['y', 'z'], a: 'x' } })
  expect((await alice.post(url, [again])).body).toEqual([stored])
})

const VALUE = 'must be a value, a list of values, or {"glob": "pattern"}'

it.each<[object, string]>([
  [{ subject_match: 'regex' }, 'body/0/subject_match Invalid input: expected "glob"'],
  [{ subject_match: null }, 'body/0/subject_match Invalid input: expected "glob"'],
  [{ claims: {} }, 'body/0/claims must name a claim'],
  [{ claims: { x: null } }, `body/0/claims/x ${VALUE}`],
  [{ claims: { x: '' } }, 'body/0/claims/x must not be empty'],
  [{ claims: { x: [] } }, 'body/0/claims/x Too small: expected array to have >=1 items'],
  [{ claims: { x: ['a', null] } }, `body/0/claims/x ${VALUE}`],
  [{ claims: { x: ['a', { glob: '*' }] } }, `body/0/claims/x ${VALUE}`],
  [{ claims: { x: { regex: '.*' } } }, `body/0/claims/x ${VALUE}`],
  [{ claims: { x: { glob: '*', not: 'a' } } }, "body/0/claims/x unknown key 'not': known: glob"],
  [{ claims: { x: 2 ** 53 } }, 'body/0/claims/x loses digits'],
  [{ max_token_age: 0 }, 'body/0/max_token_age Too small: expected number to be >=1'],
  [{ single_use: 'yes' }, 'body/0/single_use Invalid input: expected boolean, received string'],
  [{ issuer_ref: '' }, 'body/0/issuer_ref must not be empty'],
  [
    { subject: 'a*b*c*d*e*f', subject_match: 'glob' },
    "Subject 'a*b*c*d*e*f' has more than 4 stars",
  ],
  [
    { subject: 'a\\', subject_match: 'glob' },
    "Subject 'a\\' ends with a \\ that stands before nothing",
  ],
  [{ claims: { x: { glob: '*****' } } }, "Claim 'x' has a pattern that has more than 4 stars"],
  [
    { registry_scopes: ['acme/web:pull'] },
    "Scope 'acme/web:pull' is not of the form repository:OWNER/NAME:ACTION,…",
  ],
  [
    { registry_scopes: ['repository:acme/web:pull,pul'] },
    "Scope 'repository:acme/web:pull,pul' has the unknown action 'pul': known: push, pull, delete, *",
  ],
  [
    { registry_scopes: ['repository:*****:pull'] },
    "Scope 'repository:*****:pull' has more than 4 stars",
  ],
  [{ registry_scopes: [] }, 'body/0/registry_scopes Too small: expected array to have >=1 items'],
  [
    { claims: { '/a~b': 'c' } },
    "Claim '/a~b' is no JSON pointer: write ~0 for ~, and ~1 for / in a name",
  ],
])('is refused with key and reason: %j', async (fields, detail) => {
  const before = await snapshot(stage.db)
  for (const path of PATHS) {
    const { status, body } = await alice.post(`${path}/federation`, [entry(fields)])
    expect([status, body]).toEqual([400, invalidRequest(stage.url, detail)])
  }
  expect(await snapshot(stage.db)).toEqual(before)
})

it('names at most twenty claims', async () => {
  const claims = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`claim${n}`, 'x']))
  await alice.post(`${PATHS[0]}/federation`, [entry({ claims: claims(20) })]).expect(200)
  await alice.post(`${PATHS[0]}/federation`, [entry({ claims: claims(21) })]).expect(400)
})

describe('a token', () => {
  const seconds = () => Math.floor(Date.now() / 1000)
  const REPOSITORY = { repository_id: '456789', event_name: 'push', sub: 'repo:acme/web:ref:main' }
  const GLOB = { subject: 'repo:acme/*:ref:*', subject_match: 'glob' }

  it.each<[object, object, string | undefined]>([
    [GLOB, {}, undefined],
    [GLOB, { sub: 'repo:acme/web/x:ref:main' }, 'Token does not match robot'],
    [{ ...GLOB, claims: { repository_id: '456789' } }, {}, undefined],
    [
      { ...GLOB, claims: { repository_id: '456789' } },
      { repository_id: '777' },
      'claim_mismatch: repository_id is 777',
    ],
    [
      { ...GLOB, claims: { event_name: ['release', 'schedule'] } },
      {},
      'claim_mismatch: event_name is push',
    ],
    [{ ...GLOB, claims: { attempt: 1 } }, {}, 'claim_mismatch: attempt is missing'],
    [{ ...GLOB, max_token_age: 60 }, { iat: seconds() - 30 }, undefined],
  ])('is judged by %j with %j: %s', async (fields, claims, error) => {
    for (const [index, path] of PATHS.entries()) {
      await alice.post(`${path}/federation`, [entry(fields)])
      const token = await issuer.mint({ ...REPOSITORY, ...claims })
      const answer = await exchange.basic(`${['alice', 'acme'][index]}+ci`, token)
      expect([answer.status, answer.body.error]).toEqual([error ? 401 : 200, error])
    }
  })

  it('that is refused for a claim is told of in the log, with what it has', async () => {
    await alice.post(`${PATHS[0]}/federation`, [entry({ claims: { repository_id: '1' } })])
    await stage.clearLog()
    await exchange.basic('alice+ci', await issuer.mint({ sub: 'job', repository_id: '777' }))
    expect(await auditEntries(stage.db)).toMatchObject([
      {
        kind: 'login_failure',
        metadata: { message: 'claim_mismatch: repository_id is 777', subject: 'job' },
      },
    ])
  })

  it('that is too old is refused', async () => {
    await alice.post(`${PATHS[0]}/federation`, [entry({ max_token_age: 60 })])
    const token = await issuer.mint({ sub: 'job', iat: seconds() - 120 })
    const { status, body } = await exchange.basic('alice+ci', token)
    expect([status, body.error]).toEqual([
      401,
      expect.stringMatching(/^token_too_old: the token was issued 12\d seconds ago$/),
    ])
  })

  it('finds by its claims, or a pattern, no robot that is not named', async () => {
    const token = await issuer.mint({ sub: 'job', x: 'y' })
    const entries = [entry({ claims: { x: 'y' } }), entry({ subject: 'j*', subject_match: 'glob' })]
    for (const one of entries) {
      await alice.post(`${PATHS[0]}/federation`, [one])
      const { status, body } = await exchange.bearer(token)
      expect([status, body.error]).toEqual([401, 'No robot account is configured for this token'])
      await exchange.bearer(token, 'alice+ci').expect(200)
    }
    // Neither do they make another robot's ambiguous.
    await alice.post(`${PATHS[1]}/federation`, [entry()])
    await exchange.bearer(token).expect(200)
  })

  it('is not taken for one of an issuer record, which is not there', async () => {
    await alice.post(`${PATHS[0]}/federation`, [entry({ issuer_ref: 'prod-eu' })])
    const asked = issuer.requests.length
    const { status, body } = await exchange.basic('alice+ci', await issuer.mint({ sub: 'job' }))
    expect([status, body.error]).toEqual([
      401,
      'The issuer record of the entry is missing (no_record)',
    ])
    expect(issuer.requests.length).toBe(asked)
  })
})

describe('a server of before there were conditions', () => {
  const list = () =>
    stage.db.$queryRaw`SELECT issuer, subject, audiences FROM federation_entries ORDER BY position`

  it.each([
    { subject: 'repo:*', subject_match: 'glob' },
    { claims: { x: 'y' } },
    { max_token_age: 60 },
    { issuer_ref: 'prod-eu' },
    { single_use: true },
    { expires_in: 900 },
    { registry_scopes: ['repository:acme/web:pull'] },
  ])('does not see entries that have some: %j', async (fields) => {
    await alice.post(`${PATHS[0]}/federation`, [entry(fields), entry({ subject: 'plain' })])
    expect(await list()).toEqual([entry({ subject: 'plain', audiences: [] })])
  })

  it('replaces what it sees', async () => {
    await alice.post(`${PATHS[0]}/federation`, [entry({ claims: { x: 'y' } }), entry()])
    const { id } = await stage.db.robot.findFirstOrThrow({
      where: { namespace: { name: 'alice' } },
    })
    await stage.db.$executeRaw`DELETE FROM federation_entries WHERE robot_id = ${id}::uuid`
    await stage.db.$executeRaw`
      INSERT INTO federation_entries (id, robot_id, position, issuer, subject, audiences, match_hash)
      VALUES (gen_random_uuid(), ${id}::uuid, 0, ${issuer.issuer}, 'old', '{}', sha256('old'))
      ON CONFLICT (id) DO UPDATE SET position = excluded.position`
    expect(await list()).toEqual([entry({ subject: 'old', audiences: [] })])
    const shown = (await alice.get(`${PATHS[0]}/federation`)).body
    // Both are the first: which one comes before is not said, but stays so.
    expect(shown).toHaveLength(2)
    expect(shown).toEqual(
      expect.arrayContaining([entry({ claims: { x: 'y' } }), entry({ subject: 'old' })]),
    )
    expect((await alice.get(`${PATHS[0]}/federation`)).body).toEqual(shown)
    await exchange.basic('alice+ci', await issuer.mint({ sub: 'old' })).expect(200)
  })
})
