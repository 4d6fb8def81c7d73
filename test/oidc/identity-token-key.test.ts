import { createHmac } from 'node:crypto'
import { type CryptoKey, exportSPKI, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { startIssuer, status } from '../helpers/issuer.ts'
import {
  assembleToken,
  createShortRsaKey,
  createSigningKey,
  type SigningKey,
  withAlgorithm,
} from '../helpers/signing.ts'
import { issuerOfEachTest, refusal, stackOfEachTest } from './each-test.ts'
import { createStack } from './stack.ts'

const key = await createSigningKey('RS256', 'rsa')
const stack = stackOfEachTest()
const issuer = issuerOfEachTest({ key })

describe('a token', () => {
  const verify = (token: string) => stack().verify(token)
  const inTenMinutes = () => Math.floor(Date.now() / 1000) + 600
  const claims = () => {
    const now = Math.floor(Date.now() / 1000)
    return { iss: issuer().issuer, sub: 'repo:acme/web', iat: now, exp: now + 300 }
  }

  describe('algorithm', () => {
    it.each([
      ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
      ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
    ])('%s is accepted', async (alg) => {
      const key = await createSigningKey(alg, 'k')
      issuer().publish([key.publicJwk])
      const token = await issuer().mint({ exp: inTenMinutes() }, { key })

      await expect(verify(token)).resolves.toMatchObject({ subject: 'repo:acme/web' })

      const [head, body, tail = ''] = token.split('.')
      const signature = Buffer.from(tail, 'base64url')
      const other = await issuer().mint({ sub: 'repo:evil/web' }, { key })
      const [, otherBody] = other.split('.')
      const forged = [
        `${head}.${otherBody}.${tail}`,
        ...[Buffer.alloc(0), Buffer.alloc(signature.length), signature.subarray(1)].map(
          (bytes) => `${head}.${body}.${bytes.toString('base64url')}`,
        ),
      ]
      for (const one of forged) {
        stack().passSeconds(60)
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
        expect(issuer().requests).toHaveLength(0)
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
      const token = await issuer().mint({}, { key: await withAlgorithm(key, 'PS256') })

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: The issuer has no such key'),
      )
    })

    it('must fit the curve of the key', async () => {
      const p384 = await createSigningKey('ES384', 'k')
      issuer().publish([{ ...p384.publicJwk, alg: undefined }])
      const token = assembleToken({ alg: 'ES256', kid: 'k' }, claims(), () => 'c2ln')

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: The key of the issuer cannot be used'),
      )
    })

    it('is accepted for a published key that names none', async () => {
      issuer().publish([{ ...key.publicJwk, alg: undefined }])
      const token = await issuer().mint({ exp: inTenMinutes() })

      await expect(verify(token)).resolves.toBeDefined()
      const [, claims, signature] = token.split('.')
      for (const alg of ['RS384', 'PS256']) {
        stack().passSeconds(60)
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

      await expect(verify(await issuer().mint({}, { key: rogue }))).rejects.toMatchObject(
        refusal('Invalid token: Signature verification failed'),
      )
    })

    it('is never taken from the header', async () => {
      const rogue = await createSigningKey('RS256', 'rsa')
      const evil = await startIssuer({ key: rogue })
      const header = {
        jwk: rogue.publicJwk,
        jku: `${evil.issuer}/keys`,
        x5u: `${evil.issuer}/x5u`,
        x5c: ['AAAA'],
      }
      const named = await issuer().mint({}, { key: rogue, header })
      const unnamed = await issuer().mint({}, { key: rogue, header: { ...header, kid: undefined } })

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
      const token = await issuer().mint({}, { header: { kid } })

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: Missing `kid` header'),
      )
    })

    it('must be known to the issuer', async () => {
      const token = await issuer().mint({}, { header: { kid: 'unknown' } })

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: The issuer has no such key'),
      )
    })

    it('of RSA must have 2048 bits', async () => {
      const short = await createShortRsaKey('short')
      issuer().publish([short.jwk])
      const token = assembleToken({ alg: 'RS256', kid: 'short' }, claims(), short.sign)

      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: The key of the issuer cannot be used'),
      )
    })

    it('of RSA must not have so many bits that using it takes long', async () => {
      const n = Buffer.alloc(1025, 0xff).toString('base64url')
      issuer().publish([{ ...key.publicJwk, n }])

      await expect(verify(await issuer().mint())).rejects.toMatchObject(
        refusal('Invalid token: The key of the issuer cannot be used'),
      )
    })

    it('of RSA must not have an exponent so large that using it takes long', async () => {
      const e = Buffer.alloc(128, 0xff).toString('base64url')
      issuer().publish([{ ...key.publicJwk, e }])

      await expect(verify(await issuer().mint())).rejects.toMatchObject(
        refusal('Invalid token: The key of the issuer cannot be used'),
      )
    })

    it('must be usable', async () => {
      issuer().publish([{ ...key.publicJwk, n: '!' }])

      await expect(verify(await issuer().mint())).rejects.toMatchObject(
        refusal('Invalid token: The key of the issuer cannot be used'),
      )
    })

    it('may be listed more than once', async () => {
      const { alg: _, ...plain } = key.publicJwk
      issuer().publish([key.publicJwk, plain, { ...plain, use: 'sig' }, key.publicJwk, plain])

      await expect(verify(await issuer().mint())).resolves.toBeDefined()
    })

    it('may be one of four that share a name, but not the fifth', async () => {
      const others = await Promise.all(
        Array.from({ length: 4 }, () => createSigningKey('RS256', 'rsa')),
      )
      const jwks = others.map(({ publicJwk }) => publicJwk)
      const unusable = { ...key.publicJwk, n: '!' }
      issuer().publish([unusable, jwks[0], jwks[0], jwks[1], jwks[2], key.publicJwk])
      await expect(verify(await issuer().mint())).resolves.toBeDefined()

      const other = createStack()
      issuer().publish([...jwks, key.publicJwk])
      await expect(other.verify(await issuer().mint())).rejects.toMatchObject(
        refusal('Invalid token: Signature verification failed'),
      )
      await other.fetch.close()
    })

    it.each([
      ['use', ''],
      ['use', null],
      ['alg', ''],
      ['alg', null],
      ['key_ops', null],
      ['d', null],
      ['crv', null],
    ])('may have nothing to say as its %s: %j', async (name, value) => {
      issuer().publish([{ ...key.publicJwk, [name]: value }])

      await expect(verify(await issuer().mint())).resolves.toBeDefined()
    })

    it.each([
      ['EdDSA', 'Ed25519'],
      ['Ed25519', 'EdDSA'],
    ])('for %s is one for %s', async (published, signed) => {
      const ed25519 = await createSigningKey(signed, 'ed')
      issuer().publish([{ ...ed25519.publicJwk, alg: published }])

      await expect(verify(await issuer().mint({}, { key: ed25519 }))).resolves.toBeDefined()
    })

    it('that is new is accepted after a rotation', async () => {
      await verify(await issuer().mint())
      const second = await createSigningKey('ES256', 'second')
      issuer().publish([second.publicJwk])

      await expect(verify(await issuer().mint({}, { key: second }))).resolves.toBeDefined()
    })

    it('that is new is accepted also where it has the name of the one before', async () => {
      await verify(await issuer().mint())
      const renewed = await createSigningKey('RS256', 'rsa')
      issuer().publish([renewed.publicJwk])

      await expect(verify(await issuer().mint({}, { key: renewed }))).resolves.toBeDefined()
      expect(issuer().requests).toHaveLength(4)
    })

    it('that may be new is asked for once a minute, and until then nobody knows', async () => {
      const mint = (key?: SigningKey) => issuer().mint({ exp: inTenMinutes() }, key ? { key } : {})
      const wrong = await createSigningKey('RS256', 'rsa')
      await verify(await mint())
      await expect(verify(await mint(wrong))).rejects.toMatchObject(
        refusal('Invalid token: Signature verification failed'),
      )
      const renewed = await createSigningKey('RS256', 'rsa')
      issuer().publish([renewed.publicJwk])
      stack().passSeconds(20)

      await expect(verify(await mint(renewed))).rejects.toMatchObject({
        code: 'unavailable',
        retryAfter: 40,
      })
      await expect(verify(await mint())).resolves.toBeDefined()
      expect(issuer().requests).toHaveLength(4)
      stack().passSeconds(40)
      await expect(verify(await mint(renewed))).resolves.toBeDefined()
    })

    it('that was fetched just now is not fetched again for a bad signature', async () => {
      const wrong = await createSigningKey('RS256', 'rsa')
      await expect(verify(await issuer().mint({}, { key: wrong }))).rejects.toMatchObject(
        refusal('Invalid token: Signature verification failed'),
      )
      expect(issuer().requests).toHaveLength(2)
    })

    it('cannot be fetched: the exchange is unavailable', async () => {
      issuer().answer('/keys', status(500))

      await expect(verify(await issuer().mint())).rejects.toMatchObject({
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
