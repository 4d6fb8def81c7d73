import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../helpers/api.ts'
import { exchangeOf } from '../helpers/federation.ts'
import { assembleToken, createShortRsaKey, createSigningKey } from '../helpers/signing.ts'
import { type FederationStage, startFederationStage } from './federation-stage.ts'

// Keys by which others than their owner can sign are none, wherever they come from.

const RECORD = '/api/v1/organization/acme/issuers/weak'
const FEDERATION = '/api/v1/organization/acme/robots/ci/federation'

let stage: FederationStage
let alice: Client

beforeAll(async () => {
  stage = await startFederationStage()
  alice = await stage.client('alice', 'user:admin', 'org:admin')
  await stage.robot('acme+ci', [])
})
beforeEach(() => stage.db.issuerRecord.deleteMany())
afterAll(() => stage.close())

const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url')
const odd = 'd'.repeat(511)

const rsa = (e: string, n = `${odd}f`) => ({
  ...{ kty: 'RSA', kid: 'k', alg: 'RS256' },
  ...{ n: base64url(n), e: base64url(e) },
})
const ed25519 = (x: string) => ({ kty: 'OKP', crv: 'Ed25519', kid: 'k', x: base64url(x) })

const ff = 'ff'.repeat(30)
const [least, most] = ['00'.repeat(31), 'ff'.repeat(31)]
const SMALL_ORDER = {
  'of order 1': `01${least}`,
  'of order 1, mirrored': `01${'00'.repeat(30)}80`,
  'of order 1, beyond the field': `ee${ff}7f`,
  'of order 1, beyond the field, mirrored': `ee${most}`,
  'of order 2': `ec${ff}7f`,
  'of order 2, mirrored': `ec${most}`,
  'of order 4': `00${least}`,
  'of order 4, mirrored': `00${'00'.repeat(30)}80`,
  'of order 4, beyond the field': `ed${ff}7f`,
  'of order 4, beyond the field, mirrored': `ed${most}`,
  'of order 8': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'of order 8, mirrored': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'of order 8, the other': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'of order 8, the other, mirrored':
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
}

const put = (...keys: object[]) =>
  alice.put(RECORD, { issuer: stage.issuer.issuer, jwks: { keys } })

const claims = () => {
  const now = Math.floor(Date.now() / 1000)
  return { iss: stage.issuer.issuer, sub: 'build', aud: 'a', iat: now, exp: now + 300 }
}

/** PKCS #1 padding and hash: what a signature with the exponent 1 is. */
const padded = (text: string) => {
  const hash = createHash('sha256').update(text).digest('hex')
  const info = `003031300d060960864801650304020105000420${hash}`
  return base64url(`0001${'ff'.repeat(256 - 2 - info.length / 2)}${info}`)
}
const forgedRsa = () => assembleToken({ alg: 'RS256', kid: 'k' }, claims(), padded)
const forgedEd25519 = () =>
  assembleToken({ alg: 'EdDSA', kid: 'k' }, claims(), () => base64url(`01${'00'.repeat(63)}`))

describe('a record whose only key is', () => {
  it.each<[string, object]>([
    ['RSA with the exponent 1', rsa('01')],
    ['RSA with the exponent 2', rsa('02')],
    ['RSA with an even exponent', rsa('010000')],
    ['RSA with an even modulus', rsa('010001', `${odd}e`)],
    ['RSA of 1024 bits', createShortRsaKey('k').jwk],
    ['named for an algorithm that is not for it', { ...ed25519('11'.repeat(32)), alg: 'RS256' }],
    ['for secrets that two share', { ...ed25519('11'.repeat(32)), crv: 'X25519' }],
    ...Object.entries(SMALL_ORDER).map(
      ([name, x]) => [`Ed25519, ${name}`, ed25519(x)] as [string, object],
    ),
  ])('%s is refused, and says why', async (_, key) => {
    const { status, body } = await put(key)
    expect([status, body.error_message]).toEqual([
      400,
      expect.stringMatching(/^jwks holds no public key .* odd exponent from 3 .* small order$/),
    ])
    expect(await stage.db.issuerRecord.count()).toBe(0)
  })

  it.each(['RS256', 'ES384', 'EdDSA'])('a good one for %s is taken', async (alg) => {
    expect((await put((await createSigningKey(alg, 'k')).publicJwk)).status).toBe(200)
  })

  it('RSA with the exponent 3 is taken', async () => {
    expect((await put(rsa('03'))).status).toBe(200)
  })
})

describe.each([
  ['the exponent 1', () => rsa('01'), forgedRsa],
  ['the point of order 1', () => ed25519(`01${least}`), forgedEd25519],
])('a token that anybody could sign, by a key with %s', (_, key, forged) => {
  const refused = [401, expect.stringContaining('The key of the issuer cannot be used')]

  async function exchanged() {
    const { status, body } = await exchangeOf(stage.url).basic('acme+ci', forged())
    return [status, body.error]
  }

  it('buys nothing where the issuer publishes the key', async () => {
    stage.issuer.publish([key()])
    const entry = { issuer: stage.issuer.issuer, subject: 'build', audiences: ['a'] }
    await alice.post(FEDERATION, [entry]).expect(201)
    expect(await exchanged()).toEqual(refused)
    stage.issuer.publish([stage.issuer.key.publicJwk])
  })

  it('buys nothing where the key stands in a record beside a good one', async () => {
    await put(key(), { ...stage.issuer.key.publicJwk, kid: 'other' }).expect(200)
    const entry = { issuer: stage.issuer.issuer, issuer_ref: 'weak', subject: 'build' }
    await alice.post(FEDERATION, [{ ...entry, audiences: ['a'] }]).expect(201)
    expect(await exchanged()).toEqual(refused)
  })
})
