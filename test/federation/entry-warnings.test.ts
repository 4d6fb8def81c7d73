import { Writable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { discoveryPath, hangUp, type Issuer, startIssuer } from '../helpers/issuer.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// What is saved and had better be otherwise is told to who saves it, and to the operator.

const ROBOT = '/api/v1/organization/acme/robots/ci'
const ENTRIES = `${ROBOT}/federation/entries`
const AUDIENCES = ['https://robots.example.com']

let stage: FederationStage
let issuer: Issuer
let alice: Client
let log = ''
/** Names that were looked up on behalf of somebody. */
let lookedUp: string[] = []

beforeAll(async () => {
  const write = (chunk: Buffer, _: string, done: () => void) => {
    log += chunk
    done()
  }
  stage = await startFederationStage({
    log: new Writable({ write }),
    surroundings: {
      issuerNetwork: {
        timeoutMs: 500,
        lookup: async (hostname) => {
          lookedUp.push(hostname)
          if (hostname === 'inward.example') return [{ address: '10.0.0.1', family: 4 }]
          throw Object.assign(new Error(), { code: 'ENOTFOUND' })
        },
      },
    },
  })
  issuer = stage.issuer
  alice = await stage.client('alice', 'user:admin', 'org:admin')
})

beforeEach(async () => {
  await stage.db.robot.deleteMany()
  await alice.put(ROBOT)
  log = ''
  lookedUp = []
})

afterAll(() => stage.close())

const entry = (fields: object = {}) => ({
  issuer: issuer.issuer,
  subject: 'build',
  audiences: AUDIENCES,
  ...fields,
})

const codes = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code)

it.each<[string, object]>([
  ['U+200B', { subject: 'build\u200b' }],
  ['U+202E', { claims: { project: ['web', 'a\u202eb'] } }],
  ['U+2060', { claims: { project: { glob: 'web\u2060-*' } } }],
  ['U+00AD', { claims: { 'pro\u00adject': 'web' } }],
  ['U+3164', { audiences: ['robots\u3164'] }],
])('a character that nobody sees is warned of: %s', async (character, fields) => {
  const { body } = await alice.post(ENTRIES, entry(fields)).expect(201)
  expect(body.warnings).toContainEqual({
    code: 'invisible_character',
    message: `nobody sees that it has the character ${character}: what looks the same is another`,
  })
})

/** Lines of the log about warnings. */
const told = () =>
  log
    .split('\n')
    .filter((line) => line.includes('federation entries have warnings'))
    .map((line) => JSON.parse(line))

it('stand with the entry, when it is saved and whenever it is shown, and once in the log', async () => {
  const subject = 'system:serviceaccount:web:default'
  const { body } = await alice.post(ENTRIES, entry({ subject })).expect(201)
  expect(codes(body)).toEqual(['plain_http', 'mutable_name', 'default_service_account'])
  expect(body.warnings[1]).toEqual({
    code: 'mutable_name',
    message: expect.stringContaining('/kubernetes.io/serviceaccount/uid'),
  })
  expect((await alice.get(`${ENTRIES}/${body.id}`)).body).toEqual(body)
  expect((await alice.get(ENTRIES)).body).toEqual({ entries: [body] })
  expect(told()).toMatchObject([
    {
      level: 40,
      owner: 'acme',
      robot: 'ci',
      warnings: { plain_http: 1, mutable_name: 1, default_service_account: 1 },
    },
  ])
  expect(log).not.toContain(subject)

  const claims = { '/kubernetes.io/serviceaccount/uid': 'f5720c1d' }
  const mended = await alice.patch(`${ENTRIES}/${body.id}`, { ...body, claims }).expect(200)
  expect(codes(mended.body)).toEqual(['plain_http', 'default_service_account'])
})

it('of the list stand in the log alone, and nobody is asked', async () => {
  const { requests } = issuer
  const before = requests.length
  const list = [entry(), entry({ subject: 'other', audiences: undefined })]
  const { body } = await alice.post(`${ROBOT}/federation`, list).expect(201)
  expect(body).toEqual(JSON.parse(JSON.stringify(list)))
  expect(told()).toMatchObject([{ robot: 'ci', warnings: { plain_http: 2, no_audience: 1 } }])
  expect(requests.length).toBe(before)
})

it('are not told of where there are none', async () => {
  const record = { issuer: issuer.issuer, jwks: { keys: [issuer.key.publicJwk] } }
  await alice.put('/api/v1/organization/acme/issuers/known', record).expect(200)
  const { body } = await alice.post(ENTRIES, entry({ issuer_ref: 'known' })).expect(201)
  expect(body.warnings).toEqual([])
  expect(told()).toEqual([])
})

it('tell of a record that is not there yet', async () => {
  const { body } = await alice.post(ENTRIES, entry({ issuer_ref: 'later' })).expect(201)
  expect(body.warnings).toEqual([
    { code: 'no_record', message: "There is no issuer record 'later'" },
  ])
  const record = { issuer: issuer.issuer, jwks: { keys: [issuer.key.publicJwk] } }
  await alice.put('/api/v1/organization/acme/issuers/later', record).expect(200)
  expect(codes((await alice.get(`${ENTRIES}/${body.id}`)).body)).toEqual([])
})

it('tell of pull requests where the robot may push, by this entry', async () => {
  const subject = 'acme/web:pull_request'
  const post = async (fields: object = {}) =>
    codes((await alice.post(ENTRIES, entry({ subject, ...fields })).expect(201)).body)
  expect(await post()).toEqual(['plain_http'])
  await stage.repository('acme/web', { robots: { 'acme+ci': 'write' } })
  const pull = ['repository:acme/web:pull']
  expect(await post({ audiences: ['a'], registry_scopes: pull })).toEqual(['plain_http'])
  expect(await post({ audiences: ['b'] })).toEqual(['plain_http', 'pull_requests'])
  const [before] = (await alice.get(ENTRIES)).body.entries
  expect(codes(before)).toEqual(['plain_http', 'pull_requests'])
})

describe('of an issuer that does not answer', () => {
  it('are told when the entry is saved, which is saved all the same, and the issuer is asked then only', async () => {
    const silent = await startIssuer()
    silent.answer(discoveryPath, hangUp)
    const { body } = await alice.post(ENTRIES, entry({ issuer: silent.issuer })).expect(201)
    expect(codes(body)).toEqual(['plain_http', 'issuer_silent'])
    expect(body.warnings[1].message).toContain('(connection)')
    const { length } = silent.requests
    expect(codes((await alice.get(`${ENTRIES}/${body.id}`)).body)).toEqual(['plain_http'])
    expect(silent.requests.length).toBe(length)
    await silent.close()
  })

  it.each([
    ['https://inward.example', '(address)'],
    ['https://nowhere.example', '(dns)'],
  ])('say why: %s %s', async (name, reason) => {
    const { body } = await alice.post(ENTRIES, entry({ issuer: name })).expect(201)
    expect(codes(body)).toEqual(['issuer_silent'])
    expect(body.warnings[0].message).toContain(reason)
  })

  it('end after sixty of them in a minute: no more are asked, and entries are saved', async () => {
    await alice.put('/api/v1/user/robots/scanner')
    const entries = '/api/v1/user/robots/scanner/federation/entries'
    let last: string[] = []
    for (let number = 0; number < 62; number++) {
      const issuer = `https://h${number}.example`
      last = codes((await alice.post(entries, entry({ issuer })).expect(201)).body)
    }
    expect(last).toEqual(['issuer_not_asked'])
    expect(lookedUp).toHaveLength(60)
  })
})
