import { describe, expect, it } from 'vitest'
import { discoveryPath, json, keysPath, redirectTo } from '../helpers/issuer.ts'
import { issuerOfEachTest, stackOfEachTest } from './each-test.ts'
import { CALLER } from './stack.ts'

const stack = stackOfEachTest()
const issuer = issuerOfEachTest()

const find = (kid = 'first') => stack().findKey(issuer().issuer, kid)

describe('discovery', () => {
  it('may be redirected, and may name the issuer with a slash at the end', async () => {
    issuer().answer(discoveryPath, redirectTo('/elsewhere'))
    const document = { issuer: `${issuer().issuer}/`, jwks_uri: issuer().issuer + keysPath }
    issuer().answer('/elsewhere', json(document))

    await expect(find()).resolves.toBeDefined()
  })

  it('is below the path of the issuer, without its last slash', async () => {
    const tenant = `${issuer().issuer}/tenants/a/`
    const document = { issuer: tenant, jwks_uri: issuer().issuer + keysPath }
    issuer().answer(`/tenants/a${discoveryPath}`, json(document))

    await expect(stack().issuerKeys.keySetOf(tenant, CALLER)).resolves.toBeDefined()
  })

  it('of another issuer refuses the token', async () => {
    issuer().answer(discoveryPath, json({ issuer: 'https://other.example', jwks_uri: 'https://a' }))

    await expect(find()).rejects.toMatchObject({
      code: 'exchange_refused',
      message: `Invalid token: Issuer '${issuer().issuer}' is not what its discovery document says (issuer_mismatch)`,
    })
    expect(issuer().requests.map(({ url }) => url)).toEqual([discoveryPath])
  })

  it.each([
    ['a refused host', 'https://localhost/keys'],
    ['a private address', 'https://169.254.169.254/keys'],
    ['plain http', 'http://example.com/keys'],
    ['a file', 'file:///etc/passwd'],
  ])('that places the keys at %s refuses the token', async (_, uri) => {
    issuer().answer(discoveryPath, json({ issuer: issuer().issuer, jwks_uri: uri }))

    await expect(find()).rejects.toMatchObject({
      code: 'exchange_refused',
      message: expect.stringContaining('OIDC_ALLOWED_HOSTS'),
    })
  })

  it.each([
    'https://10.0.0.1',
    'https://[::ffff:10.0.0.1]',
    'https://localhost',
    'http://example.com',
  ])('of %s is refused unless the operator allows it', async (refused) => {
    await expect(stack().issuerKeys.keySetOf(refused, CALLER)).rejects.toMatchObject({
      code: 'exchange_refused',
      message: expect.stringMatching(
        /^Issuer '.*' may not be contacted: .*OIDC_ALLOWED_HOSTS \(address\)$/,
      ),
    })
  })

  it.each([
    '',
    'issuer',
    'ftp://a',
    'https:/a',
    'https://',
    'HTTPS://a',
    'https://user@a',
    'https://a?',
    'https://a/b?c=d',
    'https://a#',
    'https://a\\b',
    'https://a b',
    'https://a\n',
    'https://ä.example',
    'https://a:70000',
    ' https://a',
  ])('of an issuer that is no proper URL is refused: "%s"', async (improper) => {
    await expect(stack().issuerKeys.keySetOf(improper, CALLER)).rejects.toMatchObject({
      code: 'exchange_refused',
      message: 'Invalid token: Issuer must be a URL without user info, query or fragment (url)',
    })
  })
})

describe('a key set', () => {
  it.each([
    ['encrypts', { use: 'enc' }],
    ['does not verify', { key_ops: ['sign'] }],
    ['is private', { d: 'AAAA' }],
    ['is for another algorithm', { alg: 'ES384' }],
    ['has another name', { kid: 'other' }],
    ['has no name', { kid: undefined }],
    ['has a name that is no string', { kid: 1 }],
    ['is of another curve', { crv: 'P-384' }],
    ['is of another type', { kty: 'RSA' }],
  ])('does not offer a key that %s', async (_, change) => {
    const fit = { ...issuer().key.publicJwk, kid: 'fit' }
    issuer().publish([fit, null, 'nonsense', { ...issuer().key.publicJwk, ...change }])

    await expect(find('fit')).resolves.toBeDefined()
    await expect(find('first')).resolves.toBeUndefined()
  })

  it('is read up to its 100th key', async () => {
    const keys = Array.from({ length: 101 }, (_, n) => ({
      ...issuer().key.publicJwk,
      kid: `k${n + 1}`,
    }))
    issuer().publish(keys)

    await expect(find('k100')).resolves.toBeDefined()
    await expect(find('k101')).resolves.toBeUndefined()
  })
})
