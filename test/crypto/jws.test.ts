import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, jwtVerify, SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { encodeHeader, isSignedBy, readJws, signJws } from '../../src/crypto/jws.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const CLAIMS = { sub: 'org+robot', n: 1 }
const header = encodeHeader({ typ: 'JWT', kid: 'k' })
const token = signJws(privateKey, header, CLAIMS)

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const accepts = (text: string) => {
  const jws = readJws(text)
  return jws !== undefined && isSignedBy(publicKey, jws)
}

it('signs what another library verifies, and the other way round', async () => {
  const { payload, protectedHeader } = await jwtVerify(token, publicKey)
  expect(payload).toEqual(CLAIMS)
  expect(protectedHeader).toEqual({ typ: 'JWT', kid: 'k', alg: 'ES256' })

  const other = new SignJWT(CLAIMS).setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: 'k' })
  const theirs = readJws(await other.sign(privateKey))
  expect(theirs?.claims).toEqual(CLAIMS)
  expect(theirs && isSignedBy(publicKey, theirs)).toBe(true)
})

it('accepts a token in one spelling only', () => {
  const [head, body, tail = ''] = token.split('.')
  // The last of 86 characters holds two bits of the signature, and four that no decoder looks at.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(tail.at(-1) ?? '')
  const respelled = tail.slice(0, -1) + alphabet[last + 1]
  expect(Buffer.from(respelled, 'base64url')).toEqual(Buffer.from(tail, 'base64url'))
  expect(accepts(token)).toBe(true)
  for (const signature of [respelled, `${tail}=`, `${tail}\n`, ` ${tail}`, '']) {
    expect(accepts(`${head}.${body}.${signature}`)).toBe(false)
  }
})

it.each([
  ['a claim that was changed', `${header}.${encode({ ...CLAIMS, n: 2 })}`],
  ['no signature', `${encode({ alg: 'none', kid: 'k' })}.${encode(CLAIMS)}`],
  ['another algorithm', `${encode({ alg: 'HS256', kid: 'k' })}.${encode(CLAIMS)}`],
])('refuses %s', (_, text) => {
  expect(accepts(`${text}.${token.split('.')[2]}`)).toBe(false)
})

it('goes by no header but the algorithm that it expects, and by none that it does not know', () => {
  for (const extra of [{ alg: 'ES384' }, { alg: 'none' }, { crit: ['exp'], exp: 1 }]) {
    const odd = encode({ typ: 'JWT', kid: 'k', alg: 'ES256', ...extra })
    expect(accepts(signJws(privateKey, odd, CLAIMS))).toBe(false)
  }
})

it('does not take the key from the token', async () => {
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = await exportJWK(stranger.publicKey)
  const odd = encode({ typ: 'JWT', kid: 'k', alg: 'ES256', jwk })
  expect(accepts(signJws(stranger.privateKey, odd, CLAIMS))).toBe(false)
})

it.each([
  '',
  '.',
  '..',
  'a.b',
  'a.b.c.d',
  `W10.e30.AA`,
  `bnVsbA.e30.AA`,
  `MQ.e30.AA`,
  `ImEi.e30.AA`,
  `e30.W10.AA`,
  `e30.MQ.AA`,
  `e30.ImEi.AA`,
  `e30.bnVsbA.AA`,
  `e30=.e30.AA`,
  `e30.e30=.AA`,
  `e30.e30.AA=`,
  `!.e30.AA`,
])('reads nothing out of %j', (text) => expect(readJws(text)).toBeUndefined())

it('reads nothing out of a token that has a part more or less', () => {
  expect([readJws(`${token}.AA`), readJws(`${header}.e30`)]).toEqual([undefined, undefined])
})
