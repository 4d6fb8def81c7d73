import { createHmac } from 'node:crypto'
import { type CryptoKey, exportSPKI, importJWK, type JWK } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type HostileIssuer, startHostileIssuer, status } from '../helpers/issuer.ts'
import {
  assembleToken,
  createShortRsaKey,
  createSigningKey,
  type SigningKey,
  withAlgorithm,
} from '../helpers/signing.ts'
import { createStack, type Stack } from './stack.ts'

const refusal = (message: string) => ({ code: 'exchange_refused', message })

let stack: Stack

beforeEach(() => {
  stack = createStack()
})

afterEach(() => stack.fetch.close())

describe('a token', () => {
  let issuer: HostileIssuer
  let key: SigningKey

  beforeAll(async () => {
    key = await createSigningKey('RS256', 'rsa')
  })

  beforeEach(async () => {
    issuer = await startHostileIssuer({ key })
  })

  afterEach(() => issuer.close())

  const verify = (token: string) => stack.verify(token)
  const claims = () => {
    const now = Math.floor(Date.now() / 1000)
    return { iss: issuer.issuer, sub: 'repo:acme/web', iat: now, exp: now + 300 }
  }

  describe('algorithm', () => {
    it.each([
      ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
      ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
    ])('%s is accepted', async (alg) => {
      const key = await createSigningKey(alg, 'k')
      issuer.publish([key.publicJwk])
      const token = await issuer.mint({}, { key })

      await expect(verify(token)).resolves.toMatchObject({ subject: 'repo:acme/web' })

      const [head, body, tail = ''] = token.split('.')
      const signature = Buffer.from(tail, 'base64url')
      const [, otherBody] = (await issuer.mint({ sub: 'repo:evil/web' }, { key })).split('.')
      const forged = [
        `${head}.${otherBody}.${tail}`,
        ...[Buffer.alloc(0), Buffer.alloc(signature.length), signature.subarray(1)].map(
          (bytes) => `${head}.${body}.${bytes.toString('base64url')}`,
        ),
      ]
      for (const one of forged) {
        await expect(verify(one)).rejects.toMatchObject(
          refusal('Invalid token: Signature verification failed'),
        )
      }
    })

    it.each(['none', 'None', 'HS256', 'HS384', 'HS512', 'ES256K', 'ML-DSA-44', 'RSA1_5', '', 7])(
      '%s is refused without asking the issuer',
      async (alg) => {
        const token = assembleToken({ alg, kid: 'rsa' }, claims(), () => 'c2ln')

        await expect(verify(token)).rejects.toMatchObject({ code: 'exchange_refused' })
        expect(issuer.requests).toHaveLength(0)
      },
    )

    it('none cannot pass without a signature', async () => {
      await expect(
        verify(assembleToken({ alg: 'none', kid: 'rsa' }, claims())),
      ).rejects.toMatchObject(refusal('Invalid token: The specified alg value is not allowed'))
    })

    it.each(['pem', 'modulus'])('HS256 with the public key as the secret: %s', async (form) => {
      const publicKey = await importJWK(key.publicJwk, 'RS256', { extractable: true })
      const pem = await exportSPKI(publicKey as CryptoKey)
      const secret = form === 'pem' ? pem : Buffer.from(key.publicJwk.n as string, 'base64url')
      const sign = (input: string) => createHmac('sha256', secret).update(input).digest('base64url')

      await expect(
        verify(assembleToken({ alg: 'HS256', kid: 'rsa' }, claims(), sign)),
      ).rejects.toMatchObject(refusal('Invalid token: The specified alg value is not allowed'))
    })

    it('must be the one that the published key is for', async () => {
      const token = await issuer.mint({}, { key: await withAlgorithm(key, 'PS256') })

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: The issuer has no such key'),
      )
    })

    it('must fit the curve of the key', async () => {
      const p384 = await createSigningKey('ES384', 'k')
      issuer.publish([{ ...p384.publicJwk, alg: undefined }])
      const token = assembleToken({ alg: 'ES256', kid: 'k' }, claims(), () => 'c2ln')

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: The issuer has no such key'),
      )
    })

    it('is accepted for a published key that names none', async () => {
      issuer.publish([{ ...key.publicJwk, alg: undefined }])
      const token = await issuer.mint()

      await expect(verify(token)).resolves.toBeDefined()
      const [, claims, signature] = token.split('.')
      for (const alg of ['RS384', 'PS256']) {
        const head = Buffer.from(JSON.stringify({ alg, kid: 'rsa' })).toString('base64url')
        await expect(verify(`${head}.${claims}.${signature}`)).rejects.toMatchObject(
          refusal('Invalid token: Signature verification failed'),
        )
      }
    })
  })

  describe('key', () => {
    it('must be the published one', async () => {
      const rogue = await createSigningKey('RS256', 'rsa')

      await expect(verify(await issuer.mint({}, { key: rogue }))).rejects.toMatchObject(
        refusal('Invalid token: Signature verification failed'),
      )
    })

    it('is never taken from the header', async () => {
      const rogue = await createSigningKey('RS256', 'rsa')
      const evil = await startHostileIssuer({ key: rogue })
      const header = {
        jwk: rogue.publicJwk,
        jku: `${evil.issuer}/keys`,
        x5u: `${evil.issuer}/x5u`,
        x5c: ['AAAA'],
      }
      const named = await issuer.mint({}, { key: rogue, header })
      const unnamed = await issuer.mint({}, { key: rogue, header: { ...header, kid: undefined } })

      await expect(verify(named)).rejects.toMatchObject(
        refusal('Invalid token: Signature verification failed'),
      )
      await expect(verify(unnamed)).rejects.toMatchObject(
        refusal('Invalid token: Missing `kid` header'),
      )
      expect(evil.requests).toHaveLength(0)
      await evil.close()
    })

    it.each([undefined, '', 1])('cannot be named %s', async (kid) => {
      const token = await issuer.mint({}, { header: { kid } })

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: Missing `kid` header'),
      )
    })

    it('must be known to the issuer', async () => {
      const token = await issuer.mint({}, { header: { kid: 'unknown' } })

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: The issuer has no such key'),
      )
    })

    it('of RSA must have 2048 bits', async () => {
      const short = await createShortRsaKey('short')
      issuer.publish([short.jwk])
      const token = assembleToken({ alg: 'RS256', kid: 'short' }, claims(), short.sign)

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: The key of the issuer cannot be used'),
      )
    })

    it('of RSA must not have so many bits that using it takes long', async () => {
      const n = Buffer.alloc(1025, 0xff).toString('base64url')
      issuer.publish([{ ...key.publicJwk, n }])

      await expect(verify(await issuer.mint())).rejects.toMatchObject(
        refusal('Invalid token: The key of the issuer cannot be used'),
      )
    })

    it('of RSA must not have an exponent so large that using it takes long', async () => {
      const e = Buffer.alloc(128, 0xff).toString('base64url')
      issuer.publish([{ ...key.publicJwk, e }])

      await expect(verify(await issuer.mint())).rejects.toMatchObject(
        refusal('Invalid token: The key of the issuer cannot be used'),
      )
    })

    it.each([
      ['garbage', (jwk: JWK) => [{ ...jwk, n: '!' }]],
      ['ambiguous', (jwk: JWK) => [jwk, jwk]],
    ])('must be usable: %s', async (_, publish) => {
      issuer.publish(publish(key.publicJwk))

      await expect(verify(await issuer.mint())).rejects.toMatchObject({ code: 'exchange_refused' })
    })

    it('that is new is accepted after a rotation', async () => {
      await verify(await issuer.mint())
      const second = await createSigningKey('ES256', 'second')
      issuer.publish([second.publicJwk])

      await expect(verify(await issuer.mint({}, { key: second }))).resolves.toBeDefined()
    })

    it('cannot be fetched: the exchange is unavailable', async () => {
      issuer.answer('/keys', status(500))

      await expect(verify(await issuer.mint())).rejects.toMatchObject({
        code: 'unavailable',
        retryAfter: 30,
        message: expect.not.stringContaining('secret'),
      })
    })
  })

  describe('header', () => {
    it.each([[['b64']], [['exp']], [[]], ['b64']])('cannot have crit %j', async (crit) => {
      const header = { alg: 'RS256', kid: 'rsa', b64: true, crit }

      await expect(verify(assembleToken(header, claims()))).rejects.toMatchObject(
        refusal('Invalid token: The `crit` header is not supported'),
      )
    })
  })
})
