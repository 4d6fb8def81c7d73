import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf, issuersWith } from '../helpers/federation.ts'
import { type Issuer, startIssuer } from '../helpers/issuer.ts'
import { listQueries } from '../helpers/queries.ts'
import { auditEntries } from '../helpers/rows.ts'
import { type Claims, createSigningKey, type SigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'

// Nothing may be asked here: all keys come out of records.

const ISSUERS = '/api/v1/organization/acme/issuers'
const FEDERATION = '/api/v1/organization/acme/robots/ci/federation'
/** The text that clusters share. */
const ISSUER = 'https://kubernetes.default.svc.cluster.local'
const DAY = 86_400

const time = createShiftedClock()
let stage: Stage
let alice: Awaited<ReturnType<Stage['client']>>
let issuer: Issuer
let key: SigningKey
let other: SigningKey

beforeAll(async () => {
  issuer = await startIssuer()
  key = await createSigningKey('ES256', 'k1')
  other = await createSigningKey('ES256', 'k2')
  stage = await startStage({ surroundings: { clock: time.clock } })
  await stage.people('alice', 'mallory')
  await stage.organization('acme')
})

/** Her tokens live an hour. */
async function logIn() {
  alice = await stage.client('alice', 'org:admin', 'user:admin')
}
beforeEach(async () => {
  await stage.db.issuerRecord.deleteMany()
  await stage.db.usedIdentityToken.deleteMany()
  await stage.db.robot.deleteMany()
  await stage.robot('acme+ci', [])
  await logIn()
  await stage.clearLog()
})
afterAll(async () => {
  await stage?.close()
  await issuer?.close()
})

const record = (...keys: SigningKey[]) => ({
  issuer: ISSUER,
  jwks: { keys: keys.map(({ publicJwk }) => publicJwk) },
})

const put = (name: string, body: object) => alice.put(`${ISSUERS}/${name}`, body)

const trust = async (...refs: (string | undefined)[]) => {
  const entries = refs.map((issuer_ref) => ({ issuer: ISSUER, issuer_ref, subject: 'build' }))
  const { status, body } = await alice.post(FEDERATION, entries)
  expect([status, body]).toEqual([201, expect.any(Array)])
}

async function exchange(signer: SigningKey, claims: Claims = {}, robot = 'acme+ci') {
  const now = Math.floor(time.clock().getTime() / 1000)
  const times = { iat: now, exp: now + 300 }
  const token = await issuer.mint(
    { iss: ISSUER, sub: 'build', ...times, ...claims },
    { key: signer },
  )
  const { status, body } = await exchangeOf(stage.url).basic(robot, token)
  return { status, error: body.error, token: body.token as string }
}

const isGood = async (robotToken: string) =>
  (await stage.api.login('acme+ci', robotToken)).status === 200

describe('a record', () => {
  it('comes back as it was put, with the age of its keys', async () => {
    const body = {
      ...record(key),
      required_claims: { environment: 'production' },
      max_token_lifetime: 3600,
      single_use: true,
    }
    const made = await put('prod-eu', body)
    const added_at = time.clock().toISOString().slice(0, 10)
    expect([made.status, made.body]).toEqual([
      200,
      {
        name: 'prod-eu',
        ...body,
        keys: [{ kid: 'k1', added_at: expect.stringContaining(added_at), age_days: 0 }],
      },
    ])
    time.pass(3 * DAY)
    await logIn()
    const changed = await put('prod-eu', { ...body, ...record(other, key) })
    expect(changed.body.keys).toMatchObject([
      { kid: 'k2', age_days: 0 },
      { kid: 'k1', age_days: 3, added_at: made.body.keys[0].added_at },
    ])
    expect((await alice.get(`${ISSUERS}/prod-eu`)).body).toEqual(changed.body)
    await put('another', record(key))
    const { body: list } = await alice.get(ISSUERS)
    expect(list.issuers.map(({ name }: { name: string }) => name)).toEqual(['another', 'prod-eu'])
    expect(list.issuers[0]).toEqual({ name: 'another', ...record(key), keys: expect.any(Array) })
  })

  it('stands in the log of the organization when it is made, changed and deleted, and at no other time', async () => {
    await put('prod-eu', record(key))
    await put('prod-eu', record(key))
    await put('prod-eu', record(key, other))
    await alice.delete(`${ISSUERS}/prod-eu`)
    const entries = await stage.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
    const metadata = { name: 'prod-eu', issuer: ISSUER, kids: ['k1'] }
    expect(entries).toMatchObject([
      { kind: 'create_issuer_record', namespaceName: 'acme', performerName: 'alice', metadata },
      { kind: 'change_issuer_record', metadata: { kids: ['k1', 'k2'] } },
      { kind: 'delete_issuer_record', metadata: { kids: ['k1', 'k2'] } },
    ])
  })

  it.each<[string, () => object]>([
    ['issuer', () => ({ issuer: `${ISSUER}/other` })],
    ['jwks', () => record(other)],
    ['required_claims', () => ({ required_claims: { environment: 'production' } })],
    ['max_token_lifetime', () => ({ max_token_lifetime: 600 })],
    ['single_use', () => ({ single_use: true })],
  ])('is changed where %s alone is another, and changed back', async (_, change) => {
    await put('prod-eu', record(key)).expect(200)
    const { body } = await put('prod-eu', { ...record(key), ...change() }).expect(200)
    expect(body).toMatchObject(change())
    expect((await alice.get(`${ISSUERS}/prod-eu`)).body).toEqual(body)
    await put('prod-eu', record(key)).expect(200)
    const entries = await stage.db.auditEntry.findMany({ orderBy: { id: 'asc' } })
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...['create_issuer_record', 'change_issuer_record', 'change_issuer_record'],
    ])
  })

  it('is for administrators of the organization, with a token that includes its robots', async () => {
    const mallory = await stage.client('mallory', 'org:admin', 'user:admin')
    const weak = await stage.client('alice', 'user:admin', 'repo:admin')
    for (const client of [mallory, weak]) {
      expect((await client.put(`${ISSUERS}/x`, record(key))).status).toBe(403)
      expect((await client.get(ISSUERS)).status).toBe(403)
      expect((await client.get(`${ISSUERS}/x`)).status).toBe(403)
      expect((await client.delete(`${ISSUERS}/x`)).status).toBe(403)
    }
  })

  it('that is not there is not found', async () => {
    expect((await alice.get(`${ISSUERS}/none`)).status).toBe(404)
    expect((await alice.delete(`${ISSUERS}/none`)).status).toBe(404)
    expect((await alice.get(`${ISSUERS}/No%20name`)).status).toBe(404)
  })

  it.each<[string, () => object, string]>([
    ['x', () => ({ ...record(), jwks: { keys: [] } }), 'keys'],
    ['x', () => ({ ...record(key), jwks: {} }), 'keys'],
    [
      'x',
      () => ({
        ...record(),
        jwks: {
          keys: [
            { kty: 'EC', kid: 'a' },
            { kty: 'RSA', use: 'enc' },
          ],
        },
      }),
      'no public key for signatures',
    ],
    ['x', () => ({ ...record(), jwks: { keys: [{ ...key.publicJwk, d: 'AAAA' }] } }), 'private'],
    [
      'x',
      () => ({ ...record(), jwks: { keys: [{ kty: 'oct', kid: 'a', k: 'AAAA' }] } }),
      'private',
    ],
    ['x', () => ({ ...record(key), issuer: 'https://a?b' }), 'issuer has a query'],
    ['x', () => ({ ...record(key), issuer: 7 }), 'issuer'],
    ['x', () => ({ ...record(key), max_token_lifetime: 59 }), 'max_token_lifetime'],
    ['x', () => ({ ...record(key), single_use: 'yes' }), 'single_use'],
    ['x', () => ({ ...record(key), required_claims: {} }), 'required_claims'],
    [
      'x',
      () => ({ ...record(key), required_claims: { ref: { glob: '*****' } } }),
      "Claim 'ref' has a pattern that has more than 4 stars",
    ],
    [
      'x',
      () => ({ ...record(key), required_claims: { '/a~2': 'b' } }),
      "Claim '/a~2' is no JSON pointer",
    ],
    ['x', () => ({ ...record(key), jwks_uri: 'https://a' }), 'jwks_uri'],
    ['Not.A%20Name', () => record(key), 'name of the record'],
    ['x'.repeat(64), () => record(key), 'name of the record'],
  ])('is refused: %s, %#', async (name, body, problem) => {
    const { status, body: answer } = await put(name, body())
    expect([status, answer.error_message]).toEqual([400, expect.stringContaining(problem)])
    expect(await stage.db.issuerRecord.count()).toBe(0)
  })

  it('is one of twenty at most, and has 64 KiB', async () => {
    for (let n = 0; n < 20; n++) expect((await put(`r${n}`, record(key))).status).toBe(200)
    const { status, body } = await put('r20', record(key))
    expect([status, body]).toEqual([
      400,
      { message: 'Limit reached: an organization can have 20 issuer records' },
    ])
    expect((await put('r3', record(other))).status).toBe(200)
    const long = {
      ...record(key),
      jwks: { keys: [{ ...key.publicJwk, x5c: ['A'.repeat(65_536)] }] },
    }
    expect((await put('r3', long)).status).toBe(413)
  })

  it('is made once where several put it at once, and is the last where there is room for one', async () => {
    const same = await Promise.all(Array.from({ length: 6 }, () => put('prod-eu', record(key))))
    expect(same.map(({ status }) => status)).toEqual(Array(6).fill(200))
    const kinds = (await auditEntries(stage.db)).map(({ kind }) => kind)
    expect(kinds).toEqual(['create_issuer_record'])
    for (let n = 1; n < 19; n++) await put(`r${n}`, record(key))
    const last = await Promise.all(
      Array.from({ length: 6 }, (_, n) => put(`last${n}`, record(key))),
    )
    expect(last.map(({ status }) => status).sort()).toEqual([200, ...Array(5).fill(400)])
  })
})

describe('an entry that refers to a record', () => {
  it('admits whom its keys prove, of two clusters that share one issuer each to its own', async () => {
    await put('prod-eu', record(key))
    await put('prod-us', record(other))
    await trust('prod-eu')
    expect(await exchange(key)).toMatchObject({ status: 200 })
    expect(await exchange(other)).toMatchObject({ status: 401 })
    await trust('prod-eu', 'prod-us')
    expect(await exchange(key)).toMatchObject({ status: 200 })
    expect(await exchange(other)).toMatchObject({ status: 200 })
    const rogue = await createSigningKey('ES256', 'k1')
    expect(await exchange(rogue)).toMatchObject({ status: 401 })
  })

  it('lends its record to no entry without a reference', async () => {
    await put('prod-eu', record(key))
    // Without it the keys would be asked for at a name that leads inward.
    const { status, body } = await alice.post(FEDERATION, [{ issuer: ISSUER, subject: 'build' }])
    expect([status, body.error_message]).toEqual([
      400,
      expect.stringContaining('may not be contacted'),
    ])
  })

  it('admits nobody where there is no such record, or it is of another issuer', async () => {
    await trust('prod-eu')
    expect(await exchange(key)).toEqual({
      status: 401,
      error: 'The issuer record of the entry is missing (no_record)',
      token: undefined,
    })
    await put('prod-eu', { ...record(key), issuer: 'https://other.example' })
    expect(await exchange(key)).toMatchObject({
      status: 401,
      error: 'The issuer record of the entry is for another issuer (no_record)',
    })
    await put('prod-eu', record(key))
    expect(await exchange(key)).toMatchObject({ status: 200 })
  })

  it('adds what its record asks of tokens', async () => {
    await put('prod-eu', {
      ...record(key),
      required_claims: { environment: ['production', 'staging'] },
      max_token_lifetime: 300,
      single_use: true,
    })
    await trust('prod-eu')
    expect(await exchange(key)).toMatchObject({
      status: 401,
      error: 'claim_mismatch: environment is missing',
    })
    expect(await exchange(key, { environment: 'test' })).toMatchObject({
      status: 401,
      error: 'claim_mismatch: environment is test',
    })
    const now = Math.floor(time.clock().getTime() / 1000)
    const production = { environment: 'production' }
    expect(await exchange(key, { ...production, iat: now, exp: now + 301 })).toMatchObject({
      status: 401,
      error: expect.stringContaining('301 s'),
    })
    const claims = { ...production, jti: 'one', iat: now, exp: now + 300 }
    expect(await exchange(key, claims)).toMatchObject({ status: 200 })
    expect(await exchange(key, claims)).toMatchObject({
      status: 401,
      error: expect.stringContaining('token_used'),
    })
  })

  it('tells why it admits nobody, where it is the first of several', async () => {
    await put('strict', { ...record(key), max_token_lifetime: 60 })
    await put('east', record(other))
    const told = async (...refs: string[]) => {
      await trust(...refs)
      const { status, error } = await exchange(key)
      return [status, error]
    }
    const [strict, east] = [await told('strict'), await told('east')]
    expect(strict).not.toEqual(east)
    expect(await told('strict', 'east')).toEqual(strict)
    expect(await told('east', 'strict')).toEqual(east)
  })

  it('has its tokens told from those of a record of the same name elsewhere', async () => {
    await stage.organization('globex')
    await stage.robot('globex+ci', [])
    const single = { single_use: true, issuer: ISSUER, issuer_ref: 'prod-eu', subject: 'build' }
    for (const [owner, signer] of [['acme', key] as const, ['globex', other] as const]) {
      const api = `/api/v1/organization/${owner}`
      await alice.put(`${api}/issuers/prod-eu`, record(signer)).expect(200)
      await alice.post(`${api}/robots/ci/federation`, [single]).expect(201)
    }
    const jti = { jti: 'one' }
    expect(await exchange(other, jti, 'globex+ci')).toMatchObject({ status: 200 })
    expect(await exchange(key, jti)).toMatchObject({ status: 200 })
    expect(await exchange(key, jti)).toMatchObject({ status: 401 })
  })
})

it('with the key of another record buys no second robot token for a token of single use', async () => {
  await stage.robot('acme+other', [])
  for (const [robot, issuer_ref] of [['ci', 'prod-eu'] as const, ['other', 'copy'] as const]) {
    await put(issuer_ref, record(key))
    const single = { single_use: true, issuer: ISSUER, issuer_ref, subject: 'build' }
    await alice.post(`/api/v1/organization/acme/robots/${robot}/federation`, [single]).expect(201)
  }
  // Without an id, what is signed must be the same: also its second.
  const iat = Math.floor(time.clock().getTime() / 1000)
  for (const identity of [{ iat, jti: 'one' }, { iat }].map((one) => ({
    ...one,
    exp: iat + 300,
  }))) {
    expect(await exchange(key, identity)).toMatchObject({ status: 200 })
    expect(await exchange(key, identity, 'acme+other')).toMatchObject({ status: 401 })
  }
})

describe('entries that refer to many records', () => {
  const MOST = 20
  const names = (count: number) => Array.from({ length: count }, (_, n) => `cluster-${n}`)
  const entriesOf = (refs: string[]) =>
    refs.map((issuer_ref) => ({ issuer: ISSUER, issuer_ref, subject: 'build' }))
  const asksForRecords = (text: string) => text.includes('FROM issuer_records')

  /** All but the last hold a key that signs nothing. */
  async function putAll(count: number) {
    for (const name of names(count - 1)) await put(name, record(other))
    await put(`cluster-${count - 1}`, record(key))
  }

  it.each([1, MOST])('have %i of them read by one statement, for a token', async (count) => {
    await putAll(count)
    await trust(...names(count))
    const result: { status?: number } = {}
    const queries = await listQueries(async () => Object.assign(result, await exchange(key)))
    expect(queries.filter(asksForRecords)).toHaveLength(1)
    expect(result).toMatchObject({ status: 200 })
  })

  it.each([1, MOST])(
    'have %i of them read by one statement to judge what is stored, and one to warn of it',
    async (count) => {
      await putAll(count)
      const queries = await listQueries(() => trust(...names(count)))
      expect(queries.filter(asksForRecords)).toHaveLength(2)
    },
  )

  it('may trust an issuer by twenty at most', async () => {
    const { status, body } = await alice.post(FEDERATION, entriesOf(names(MOST + 1)))
    expect([status, body.error_message]).toEqual([
      400,
      `Entries can trust an issuer by 20 issuer records at most, and trust '${ISSUER}' by 21`,
    ])
    const elsewhere = { issuer: 'https://other.example', issuer_ref: 'elsewhere', subject: 'build' }
    const entries = [...entriesOf(names(MOST)), elsewhere]
    expect((await alice.post(FEDERATION, entries)).status).toBe(201)
  })

  it('and were stored before that was so, try a token with the first twenty, and can be posted back', async () => {
    await putAll(MOST)
    await trust(...names(MOST))
    const [first] = await stage.db.federationEntry.findMany({ orderBy: { position: 'asc' } })
    const earlier = { ...first, id: randomUUID(), position: -1, issuerRef: 'cluster-earlier' }
    await stage.db.federationEntry.create({ data: earlier as never })
    expect(await exchange(other)).toMatchObject({ status: 200 })
    expect(await exchange(key)).toMatchObject({ status: 401 })
    const stored = (await alice.get(FEDERATION)).body
    expect(stored).toHaveLength(MOST + 1)
    expect((await alice.post(FEDERATION, stored)).status).toBe(201)
    const added = { issuer: ISSUER, issuer_ref: 'cluster-0', subject: 'deploy' }
    expect((await alice.post(FEDERATION, [...stored, added])).status).toBe(400)
  })
})

describe('robot tokens that came from a record', () => {
  beforeEach(async () => {
    await put('prod-eu', record(key))
    await trust('prod-eu')
  })

  it('live on where the record is put again as it is', async () => {
    const { token } = await exchange(key)
    await put('prod-eu', record(key))
    await put('other', record(other))
    await alice.delete(`${ISSUERS}/other`)
    expect(await isGood(token)).toBe(true)
  })

  it('end with every change of it', async () => {
    const { token } = await exchange(key)
    await put('prod-eu', { ...record(key), max_token_lifetime: 600 })
    expect(await isGood(token)).toBe(false)
    const again = await exchange(key)
    expect(await isGood(again.token)).toBe(true)
  })

  it('end without a look at the entries, of which there may be many', async () => {
    const { token } = await exchange(key)
    const change = () => put('prod-eu', { ...record(key), max_token_lifetime: 600 })
    const sent = await listQueries(() => change().expect(200))
    const texts = [
      ...sent,
      ...(await listQueries(() => alice.delete(`${ISSUERS}/prod-eu`).expect(204))),
    ]
    expect(texts.filter((text) => /issuer_records/.test(text)).length).toBeGreaterThan(2)
    expect(texts.filter((text) => /federation_entr|robots/.test(text))).toEqual([])
    expect(await isGood(token)).toBe(false)
  })

  it('end as well where it takes the place of the operator’s', async () => {
    await alice.delete(`${ISSUERS}/prod-eu`).expect(204)
    const { database, config } = stage
    const { tokenIssuer, registryService } = config
    const server = await startStage({
      database,
      config: { tokenIssuer, registryService, issuers: issuersWith(key, ISSUER) },
      surroundings: { clock: time.clock },
    })
    const refer = [{ issuer: ISSUER, issuer_ref: 'issuer-0', subject: 'build' }]
    await alice.post(FEDERATION, refer).expect(201)
    const iat = Math.floor(time.clock().getTime() / 1000)
    const job = await issuer.mint({ iss: ISSUER, sub: 'build', iat, exp: iat + 300 }, { key })
    const { body } = await exchangeOf(server.url).basic('acme+ci', job).expect(200)
    await server.api.login('acme+ci', body.token).expect(200)
    await put('issuer-0', record(other)).expect(200)
    await server.api.login('acme+ci', body.token).expect(401)
    await server.close()
  })

  it('live on where the record of another entry of their robot is changed, and goes', async () => {
    await put('other', record(other))
    await trust('prod-eu', 'other')
    const { token } = await exchange(key)
    await put('other', { ...record(other), max_token_lifetime: 600 })
    await alice.delete(`${ISSUERS}/other`).expect(204)
    expect(await isGood(token)).toBe(true)
  })

  it('end with it; its entries stay, admit nobody, and work again with another', async () => {
    const { token } = await exchange(key)
    expect((await alice.delete(`${ISSUERS}/prod-eu`)).status).toBe(204)
    expect(await isGood(token)).toBe(false)
    expect(await exchange(key)).toMatchObject({
      status: 401,
      error: 'The issuer record of the entry is missing (no_record)',
    })
    expect((await alice.get(FEDERATION)).body).toHaveLength(1)
    await put('prod-eu', record(other))
    expect(await isGood(token)).toBe(false)
    expect(await exchange(other)).toMatchObject({ status: 200 })
    expect(await exchange(key)).toMatchObject({ status: 401 })
  })
})
