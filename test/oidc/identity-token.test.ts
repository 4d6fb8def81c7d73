import { describe, expect, it } from 'vitest'
import { silence } from '../helpers/issuer.ts'
import { assembleToken, type Claims, createSigningKey } from '../helpers/signing.ts'
import { issuerOfEachTest, refusal, stackOfEachTest } from './each-test.ts'

const key = await createSigningKey('RS256', 'rsa')
const stack = stackOfEachTest()
const issuer = issuerOfEachTest({ key })

describe('a token', () => {
  const verify = (token: string) => stack().verify(token)
  const verifyClaims = async (claims: Claims) => verify(await issuer().mint(claims))

  describe('times', () => {
    const stackSeconds = () => Math.floor(stack().clock().getTime() / 1000)

    it.each([
      ['exp', -29, undefined],
      ['exp', -30, 'Signature has expired'],
      ['iat', 30, undefined],
      ['iat', 31, 'Issued At claim (iat) cannot be in the future.'],
      ['nbf', 30, undefined],
      ['nbf', 31, 'The token is not yet valid (nbf)'],
    ])('%s may be off by 30 seconds: %s', async (claim, offset, message) => {
      const verified = verifyClaims({ [claim]: stackSeconds() + offset })

      await (message === undefined
        ? expect(verified).resolves.toBeDefined()
        : expect(verified).rejects.toMatchObject(refusal(`Invalid token: ${message}`)))
    })

    it('follow the clock of the service', async () => {
      const token = await issuer().mint({ exp: stackSeconds() + 300 })
      stack().passSeconds(329)
      await expect(verify(token)).resolves.toBeDefined()
      stack().passSeconds(1)
      await expect(verify(token)).rejects.toMatchObject(
        refusal('Invalid token: Signature has expired'),
      )
    })

    it.each(['exp', 'iat'])('must include %s', async (claim) => {
      await expect(verifyClaims({ [claim]: undefined })).rejects.toMatchObject(
        refusal(`Invalid token: Token is missing the "${claim}" claim`),
      )
    })

    it.each([
      ['exp', '9999999999'],
      ['exp', null],
      ['exp', true],
      ['iat', '1'],
      ['iat', null],
      ['nbf', '1'],
      ['nbf', {}],
    ])('must be numbers: %s %j', async (claim, value) => {
      await expect(verifyClaims({ [claim]: value })).rejects.toMatchObject(
        refusal(`Invalid token: The "${claim}" claim must be a number`),
      )
    })

    it('must be dates', async () => {
      const { expiresAt } = await verifyClaims({ exp: 8.64e12 })
      expect(expiresAt.getTime()).toBe(8.64e15)
      await expect(verifyClaims({ exp: 8.64e12 + 1 })).rejects.toMatchObject(
        refusal('Invalid token: The "exp" claim is too far in the future'),
      )
    })
  })

  describe('subject', () => {
    it.each([undefined, null, 7, ['repo:acme/web']])('cannot be %j', async (sub) => {
      await expect(verifyClaims({ sub })).rejects.toMatchObject(
        refusal('Invalid token: Subject must be a string'),
      )
    })

    it('cannot be empty', async () => {
      await expect(verifyClaims({ sub: '' })).rejects.toMatchObject(
        refusal('Invalid token: Subject must not be empty'),
      )
    })
  })

  describe('audience', () => {
    it.each([
      [undefined, []],
      ['a', ['a']],
      [[], []],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    ])('%j is read as %j', async (aud, audiences) => {
      const token = await issuer().mint({ aud })

      await expect(verify(token)).resolves.toMatchObject({ audiences })
      expect(stack().verifier.read(token)).toMatchObject({ audiences })
    })

    it.each([null, 7, {}, ['a', 7], [['a']]])('%j is refused', async (aud) => {
      await expect(verifyClaims({ aud })).rejects.toMatchObject(
        refusal('Invalid token: Audience must be a string or a list of strings'),
      )
    })
  })

  describe('that is only read', () => {
    it('makes nobody ask its issuer', async () => {
      issuer().answer('/.well-known/openid-configuration', silence)
      const token = assembleToken({ alg: 'none' }, { iss: issuer().issuer, sub: 7, aud: 7 })

      expect(stack().verifier.read(token)).toMatchObject({
        issuer: issuer().issuer,
        subject: undefined,
        audiences: [],
      })
      expect(issuer().requests).toHaveLength(0)
    })
  })
})

describe('what is no token', () => {
  const problem = (reason: string) => ({ problem: `Invalid token: ${reason}` })
  const bytes = (text: string) => Buffer.from(text).toString('base64url')

  it.each([
    '',
    'robot-static-token',
    'a.b.c',
    '..',
    `${bytes('{}')}.${bytes('[]')}.`,
    `${bytes('{}')}.${bytes('null')}.`,
    `${bytes('{}')}.${bytes('"text"')}.`,
    `${bytes('{}')}.${bytes('{"iss":"https://a"')}.`,
    `${bytes('{}')}.${bytes('{"iss":"https://a"}')}`,
    `${bytes('{}')}.${bytes('{"iss":"https://a"}')}.a.b.c`,
    `${bytes('{}')}.!${bytes('{"iss":"https://a"}')}.`,
  ])('is told so: %s', (text) => {
    expect(stack().verifier.read(text)).toEqual(problem('Not a signed JSON Web Token'))
  })

  it.each(['', '!', bytes('[]'), bytes('{'), bytes('null')])(
    'is told so for its header: %s',
    (header) => {
      const token = `${header}.${bytes('{"iss":"https://issuer.example"}')}.c2ln`

      expect(stack().verifier.read(token)).toEqual(problem('Not a signed JSON Web Token'))
    },
  )

  it.each([undefined, null, 7, ['https://a']])('is told so with the issuer %j', (iss) => {
    expect(stack().verifier.read(assembleToken({}, { iss }))).toEqual({
      problem: 'Token does not contain issuer',
    })
  })

  it('is told so beyond 24 KiB', () => {
    const token = assembleToken({}, { iss: 'https://issuer.example' })
    const padded = (size: number) => token + 'A'.repeat(size - token.length)

    expect(stack().verifier.read(padded(24 * 1024))).toMatchObject({
      issuer: 'https://issuer.example',
    })
    expect(stack().verifier.read(padded(24 * 1024 + 1))).toEqual(problem('The token is too long'))
  })
})
