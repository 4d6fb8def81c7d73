import {
  constants,
  createHmac,
  generateKeyPairSync,
  sign as signText,
  X509Certificate,
} from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type CryptoKey, exportSPKI, importJWK } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createShiftedClock } from '../helpers/clock.ts'
import { exchangeOf, LOOPBACK, storeEntry } from '../helpers/federation.ts'
import { type Issuer, redirectTo, startIssuer } from '../helpers/issuer.ts'
import { type LoopbackServer, listenOnLoopback } from '../helpers/loopback-server.ts'
import { assembleToken, createSigningKey, type SigningKey } from '../helpers/signing.ts'
import { type Stage, startStage } from '../helpers/stage.ts'
import { createCertificate } from '../oidc/test-certificate.ts'

// Published weaknesses of services that take the identity tokens of others, tried over HTTP.

const SUBJECT = 'repo:acme/web'
const ROBOT = 'acme+ci'

const time = createShiftedClock()
let stage: Stage
let issuer: Issuer
let key: SigningKey
let exchange: ReturnType<typeof exchangeOf>

beforeAll(async () => {
  key = await createSigningKey('RS256', 'rsa')
  stage = await startStage({ config: LOOPBACK, surroundings: { clock: time.clock } })
  exchange = exchangeOf(stage.url)
  await stage.people('alice')
  await stage.organization('acme')
})
afterAll(() => stage?.close())

beforeEach(async () => {
  // A new one each time: whether a known one has other keys by now is asked once a minute.
  issuer = await startIssuer({ key })
  return () => issuer.close()
})

const trust = async (audiences?: string[]) => {
  await stage.db.robot.deleteMany()
  const entry = { issuer: issuer.issuer, subject: SUBJECT }
  await stage.robot(ROBOT, [audiences ? { ...entry, audiences } : entry])
}

describe('audience confusion (CVE-2024-5798, CVE-2020-26160, RFC 8725 §3.9)', () => {
  beforeEach(() => trust(['quay-robots']))

  it.each([
    ['a string', 'quay-robots', 200],
    ['a list with it', ['other', 'quay-robots'], 200],
    ['another string', 'other', 401],
    ['in other letters', 'Quay-Robots', 401],
    ['a string that holds it', 'quay-robots-staging', 401],
    ['a string that lists it', 'other quay-robots', 401],
    ['a list without it', ['other'], 401],
    ['a list within a list', [['quay-robots']], 401],
    ['an empty list', [], 401],
    ['an object', { 'quay-robots': true }, 401],
    ['null', null, 401],
    ['absent', undefined, 401],
  ])('audience as %s: %j', async (_, aud, status) => {
    const token = await issuer.mint({ aud })
    expect((await exchange.basic(ROBOT, token)).status).toBe(status)
    expect((await exchange.bearer(token)).status).toBe(status)
  })
})

describe('key taken from the token header (CVE-2025-24976, CVE-2018-0114, RFC 8725 §3.10)', () => {
  let rogue: SigningKey
  let evil: Issuer
  let certificate: string

  beforeAll(async () => {
    rogue = await createSigningKey('RS256', 'rsa')
    const { cert } = await createCertificate('evil.example')
    certificate = new X509Certificate(cert).raw.toString('base64')
    evil = await startIssuer({ key: rogue })
  })
  beforeEach(() => trust())
  afterAll(() => evil?.close())

  it.each([
    ['jwk', () => ({ jwk: rogue.publicJwk })],
    ['jku', () => ({ jku: `${evil.issuer}/keys` })],
    ['x5u', () => ({ x5u: `${evil.issuer}/keys` })],
    ['x5c', () => ({ x5c: [certificate] })],
    ['kid as a URL', () => ({ kid: `${evil.issuer}/keys` })],
    ['kid as a path', () => ({ kid: '../../../../dev/null' })],
  ])('%s is not looked at', async (_, header) => {
    const token = await issuer.mint({}, { key: rogue, header: header() })
    expect((await exchange.basic(ROBOT, token)).status).toBe(401)
    expect(evil.requests).toHaveLength(0)
  })
})

describe('algorithm confusion (CVE-2015-9235, CVE-2016-10555, RFC 8725 §3.1)', () => {
  beforeEach(() => trust())

  const claims = () => {
    const now = Math.floor(Date.now() / 1000)
    return { iss: issuer.issuer, sub: SUBJECT, iat: now, exp: now + 300 }
  }

  it.each(['HS256', 'HS384', 'HS512'])('%s with the public key as the secret', async (alg) => {
    const published = (await importJWK(key.publicJwk, 'RS256', { extractable: true })) as CryptoKey
    const pem = await exportSPKI(published)
    const secrets = [
      pem,
      pem.trim(),
      JSON.stringify(key.publicJwk),
      Buffer.from(key.publicJwk.n ?? '', 'base64url'),
      '',
    ]
    for (const secret of secrets) {
      const sign = (input: string) =>
        createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url')
      const token = assembleToken({ alg, kid: 'rsa' }, claims(), sign)
      expect((await exchange.basic(ROBOT, token)).status).toBe(401)
    }
  })

  it.each(['none', 'None', 'NONE', 'nOnE', '', undefined, null])('none, spelt %j', async (alg) => {
    for (const signature of ['', 'c2ln', (await issuer.mint()).split('.')[2] ?? '']) {
      const token = assembleToken({ alg, kid: 'rsa' }, claims(), () => signature)
      expect((await exchange.basic(ROBOT, token)).status).toBe(401)
    }
  })

  it('an ECDSA signature of zeros (CVE-2022-21449)', async () => {
    const p256 = await createSigningKey('ES256', 'p256')
    issuer.publish([key.publicJwk, p256.publicJwk])
    const zeros = Buffer.alloc(64).toString('base64url')
    const token = assembleToken({ alg: 'ES256', kid: 'p256' }, claims(), () => zeros)
    expect((await exchange.basic(ROBOT, token)).status).toBe(401)
    issuer.publish([key.publicJwk])
  })
})

describe('a signature without its leading zero (RFC 8017 §8.1.2, RFC 7518 §3.4)', () => {
  // Too many wrong tokens of one robot are not looked at any more.
  const robot = 'acme+zero'
  const rsa = { kid: 'zero', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }
  const p256 = { kid: 'zero', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
  const pss = {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  }

  it.each([
    ['RS256', rsa, {}],
    ['RS512', rsa, {}],
    ['PS256', rsa, pss],
    ['PS384', rsa, pss],
    ['PS512', rsa, pss],
    ['ES256', p256, { dsaEncoding: 'ieee-p1363' as const }],
  ])('is no second spelling of a token by %s', async (alg, { kid, privateKey, publicKey }, how) => {
    const sign = (text: string) =>
      signText(`sha${alg.slice(2)}`, Buffer.from(text), { key: privateKey, ...how })
    const signer = await startIssuer()
    onTestFinished(signer.close)
    signer.publish([{ ...publicKey.export({ format: 'jwk' }), kid, alg }])
    await stage.db.robot.deleteMany()
    await stage.robot(robot, [{ issuer: signer.issuer, subject: SUBJECT }])
    const now = Math.floor(time.clock().getTime() / 1000)
    const claims = { iss: signer.issuer, sub: SUBJECT, iat: now, exp: now + 300 }
    let [text, signature] = ['', Buffer.of(1)]
    for (let jti = 0; signature[0] !== 0; jti++) {
      text = assembleToken({ alg, kid }, { ...claims, jti }).slice(0, -1)
      signature = sign(text)
    }
    const spelt = (bytes: Buffer) => exchange.basic(robot, `${text}.${bytes.toString('base64url')}`)

    await spelt(signature).expect(200)
    for (const other of [signature.subarray(1), Buffer.concat([Buffer.of(0), signature])]) {
      time.pass(60)
      const { status, body } = await spelt(other)
      expect([status, body.error]).toEqual([401, 'Invalid token: Signature verification failed'])
    }
  })
})

/** Names that DNS has IPv6 addresses for, which lead to an IPv4 address of this machine or of a cloud's. */
const IPV6: Record<string, string> = {
  'mapped.example': '::ffff:127.0.0.1',
  'nat64.example': '64:ff9b::7f00:1',
  'metadata.example': '64:ff9b::a9fe:a9fe',
}

describe('issuer pointing inward (CVE-2025-52477, CWE-918)', () => {
  let inward: LoopbackServer
  let touched: number
  let strict: Stage

  beforeAll(async () => {
    const server: Server = createServer((_, response) => response.end('{}'))
    server.on('connection', () => {
      touched += 1
    })
    inward = await listenOnLoopback(server)
    strict = await startStage({
      surroundings: {
        issuerNetwork: {
          lookup: async (host) => {
            const address = IPV6[host]
            return address === undefined
              ? [{ address: '127.0.0.1', family: 4 }]
              : [{ address, family: 6 }]
          },
        },
      },
    })
    await strict.people('alice')
    await strict.organization('acme')
  })
  beforeEach(async () => {
    touched = 0
    await strict.db.robot.deleteMany()
  })
  afterAll(async () => {
    await inward?.close()
    await strict?.close()
  })

  it.each([
    ['literal', 'http://127.0.0.1'],
    ['literal over https', 'https://127.0.0.1'],
    ['as one number', 'https://2130706433'],
    ['hexadecimal', 'https://0x7f000001'],
    ['octal', 'https://0177.0.0.1'],
    ['short', 'https://127.1'],
    ['unspecified address', 'https://0.0.0.0'],
    ['IPv6', 'https://[::1]'],
    ['IPv4-mapped IPv6', 'https://[::ffff:127.0.0.1]'],
    ['IPv4-mapped IPv6, hexadecimal', 'https://[::ffff:7f00:1]'],
    ['IPv4 behind NAT64', 'https://[64:ff9b::127.0.0.1]'],
    ['metadata of a cloud', 'https://169.254.169.254'],
    ['unique local IPv6', 'https://[fd00:ec2::254]'],
    ['name of this machine', 'https://localhost'],
    ['name that DNS leads inward', 'https://issuer.example'],
    ['name that DNS leads to an IPv4-mapped address', 'https://mapped.example'],
    ['name that DNS leads inward by NAT64', 'https://nat64.example'],
    ['name that DNS leads to the metadata of a cloud', 'https://metadata.example'],
  ])('%s: %s', async (_, origin) => {
    const inside = `${origin}:${inward.port}`
    await strict.robot(ROBOT)
    // Of a time when the operator allowed it.
    await storeEntry(strict.db, ROBOT, { issuer: inside, subject: SUBJECT })
    const token = await issuer.mint({ iss: inside })
    expect((await exchangeOf(strict.url).basic(ROBOT, token)).status).toBe(401)
    expect(touched).toBe(0)
  })

  it('redirect, from an issuer that may be asked', async () => {
    for (const host of [
      'localhost',
      '[::ffff:127.0.0.2]',
      '[64:ff9b::a9fe:a9fe]',
      '169.254.169.254',
    ]) {
      const redirecting = await startIssuer({ key })
      const location = `http://${host}:${inward.port}/latest/meta-data`
      redirecting.answer('/.well-known/openid-configuration', redirectTo(location))
      await stage.db.robot.deleteMany()
      await stage.robot(ROBOT, [{ issuer: redirecting.issuer, subject: SUBJECT }])
      const { status, text } = await exchange.basic(ROBOT, await redirecting.mint())
      expect(status).toBe(401)
      expect(text).not.toContain('meta-data')
      expect(touched).toBe(0)
      await redirecting.close()
    }
  })
})

describe('a job of GitHub Actions that somebody else brings about', () => {
  const github = 'https://token.actions.githubusercontent.com'
  const named = { issuer: github, issuer_ref: 'github', subject: SUBJECT }

  const trustGitHub = async (claims?: Record<string, string | string[]>) => {
    const { put } = await stage.client('alice', 'org:admin')
    const record = { issuer: github, jwks: { keys: [key.publicJwk] } }
    await put('/api/v1/organization/acme/issuers/github', record).expect(200)
    await stage.db.robot.deleteMany()
    await stage.robot(ROBOT, [claims ? { ...named, claims } : named])
  }
  const exchanged = async (claims: Record<string, unknown>) => {
    const iat = Math.floor(time.clock().getTime() / 1000)
    const made = { iss: github, iat, exp: iat + 300, repository_id: '1' }
    const token = await issuer.mint({ ...made, ...claims })
    return (await exchange.basic(ROBOT, token)).status
  }

  it.each([
    ['the repository that is meant', '1', 200],
    ['another that took over its name', '2', 401],
    ['its id as a number', 1, 401],
    ['no id', undefined, 401],
  ])('in a repository whose name was free again: %s', async (_, repository_id, status) => {
    await trustGitHub({ repository_id: '1' })
    expect(await exchanged({ repository_id })).toBe(status)
  })

  it.each([
    ['push', undefined, 200],
    ['pull_request_target', undefined, 401],
    ['workflow_run', undefined, 401],
    ['pull_request_target', ['push', 'pull_request_target'], 200],
  ])('by the event %s, where the entry lists %j', async (event_name, listed, status) => {
    await trustGitHub(listed && { event_name: listed })
    expect(await exchanged({ event_name })).toBe(status)
  })
})
