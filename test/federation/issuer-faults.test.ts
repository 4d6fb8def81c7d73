import { isIP } from 'node:net'
import { Writable } from 'node:stream'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import { parseNat64Prefix } from '../../src/domain/nat64.ts'
import { DOORS } from '../helpers/exchange-doors.ts'
import { exchangeOf, storeEntry } from '../helpers/federation.ts'
import {
  type Answer,
  discoveryPath,
  hangUp,
  type Issuer,
  json,
  keysPath,
  redirectTo,
  silence,
  startIssuer,
  status,
  text,
} from '../helpers/issuer.ts'
import { countOf, METRICS_TOKEN } from '../helpers/metrics.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { createCertificate } from '../oidc/test-certificate.ts'

/** Has no words of its own in the body. */
const STS = DOORS['/sts/token']
/** Names that only this test's resolver knows. */
const ADDRESSES: Record<string, string> = {
  'tls.example': '127.0.0.1',
  'private.example': '10.0.0.1',
  'private-nat64.example': '2606:4700:64::10.0.0.1',
}

let stage: Stage
let issuer: Issuer
let secure: Issuer
let lines: Record<string, unknown>[]

beforeAll(async () => {
  const tls = { hostname: 'tls.example', ...(await createCertificate('tls.example')) }
  secure = await startIssuer({ tls })
  lines = []
  stage = await startStage({
    config: {
      metricsToken: METRICS_TOKEN,
      oidcAllowedHosts: parseAllowedHosts(['127.0.0.1', 'tls.example']),
      oidcNat64Prefixes: [parseNat64Prefix('2606:4700:64::/96')],
    },
    surroundings: {
      issuerNetwork: {
        timeoutMs: 1_000,
        lookup: async (name) => {
          const address = ADDRESSES[name]
          if (address === undefined) throw Object.assign(new Error(), { code: 'ENOTFOUND' })
          return [{ address, family: isIP(address) }]
        },
      },
    },
    log: new Writable({
      write: (line, _, done) => {
        lines.push(JSON.parse(String(line)))
        done()
      },
    }),
  })
  await stage.people('alice')
})
afterAll(async () => {
  await stage?.close()
  await secure?.close()
})

beforeEach(async () => {
  issuer = await startIssuer()
  await stage.db.robot.deleteMany()
})
afterEach(() => issuer.close())

/** How often each reason was counted. */
const failures = (reason: string) =>
  countOf(stage.url, `quay_robots_issuer_failures_total{reason="${reason}"}`)

async function exchangeWith(name: string) {
  await stage.robot('alice+ci')
  // Some of them would be refused today.
  await storeEntry(stage.db, 'alice+ci', { issuer: name, subject: 'build' })
  return exchangeOf(stage.url).basic('alice+ci', await issuer.mint({ iss: name, sub: 'build' }))
}

const keysAt = (uri: () => string): [string, () => Answer] => [
  discoveryPath,
  () => json({ issuer: issuer.issuer, jwks_uri: uri() }),
]

it.each<[string, number, string, () => Answer]>([
  ['dns', 503, ...keysAt(() => 'https://nowhere.example')],
  ['address', 401, ...keysAt(() => 'https://169.254.169.254/keys')],
  ['address', 401, ...keysAt(() => 'https://private.example/keys')],
  ['address', 401, ...keysAt(() => 'https://private-nat64.example/keys')],
  ['tls', 503, ...keysAt(() => `${secure.issuer}/keys`)],
  ['connection', 503, discoveryPath, () => hangUp],
  ['timeout', 503, keysPath, () => silence],
  ['redirect', 503, keysPath, () => redirectTo(keysPath)],
  ['status', 503, keysPath, () => status(500)],
  ['too_large', 503, keysPath, () => text(' '.repeat(70_000))],
  ['not_json', 503, keysPath, () => text('<html>')],
  ['discovery', 503, discoveryPath, () => json({})],
  [
    'issuer_mismatch',
    401,
    discoveryPath,
    () => json({ issuer: 'https://a', jwks_uri: 'https://a' }),
  ],
  ['no_usable_key', 503, keysPath, () => json({ keys: [] })],
])(
  'what is wrong with an issuer stands in answer, log and metric: %s',
  async (reason, status, path, answer) => {
    issuer.answer(path, answer())
    const before = await failures(reason)
    lines.length = 0
    const { status: answered, body, headers } = await exchangeWith(issuer.issuer)

    expect([answered, body]).toEqual([
      status,
      { error: expect.stringMatching(new RegExp(` \\(${reason}\\)$`)) },
    ])
    expect(headers['retry-after'] !== undefined).toBe(status === 503)
    expect(lines).toContainEqual(
      expect.objectContaining({
        issuerFault: reason,
        msg: body.error,
        reqId: headers['x-request-id'],
      }),
    )
    expect(await failures(reason)).toBe(before + 1)

    const token = await issuer.mint({ sub: 'build' })
    const oauth = await STS.send({ url: stage.url, robot: 'alice+ci', token })
    expect(STS.words(oauth)).toMatch(new RegExp(`^issuer_\\w+: .* \\(${reason}\\)$`))
  },
)

it('an entry whose record is gone is counted, too, and nobody is asked', async () => {
  const before = await failures('no_record')
  await stage.robot('alice+ci', [{ issuer: issuer.issuer, issuer_ref: 'gone', subject: 'build' }])
  const token = await issuer.mint({ sub: 'build' })
  const { body } = await exchangeOf(stage.url).basic('alice+ci', token).expect(401)

  expect(body.error).toMatch(/ \(no_record\)$/)
  expect(await failures('no_record')).toBe(before + 1)
  expect(issuer.requests).toEqual([])
})

it.each([
  ['https://localhost', 'localhost'],
  ['https://private.example', 'private.example'],
  ['http://example.com', 'example.com'],
])('the host that is refused is named: %s', async (name, host) => {
  const { status, body } = await exchangeWith(name)
  expect([status, body]).toEqual([
    401,
    { error: expect.stringMatching(`may not be contacted: ${host}: .* \\(address\\)$`) },
  ])
})

it('the owner reads it in the log of the account', async () => {
  issuer.answer(discoveryPath, json({ issuer: 'https://a', jwks_uri: 'https://a' }))
  await exchangeWith(issuer.issuer)
  const alice = await stage.client('alice', 'user:admin')
  const { body } = await alice.get('/api/v1/user/logs').query({ kind: 'login_failure' })
  expect(JSON.stringify(body.logs[0].metadata)).toContain('(issuer_mismatch)')
})

it('issuers are counted by state', async () => {
  const states = () =>
    Promise.all(
      ['fresh', 'stale', 'failed'].map((state) =>
        countOf(stage.url, `quay_robots_issuers{state="${state}"}`),
      ),
    )
  const [fresh = 0, stale, failed = 0] = await states()
  const other = await startIssuer()
  await exchangeWith(issuer.issuer)
  other.answer(keysPath, status(500))
  await stage.db.robot.deleteMany()
  await exchangeWith(other.issuer)
  await other.close()

  expect(await states()).toEqual([fresh + 1, stale, failed + 1])
})
