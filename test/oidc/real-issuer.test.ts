import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusal, stackOfEachTest } from './each-test.ts'
import { clientIdOf, providerAlgorithms, type RealIssuer, startRealIssuer } from './real-issuer.ts'
import { createStack } from './stack.ts'

const stack = stackOfEachTest()

describe('tokens of a real provider', () => {
  let provider: RealIssuer

  beforeAll(async () => {
    provider = await startRealIssuer()
  })

  afterAll(() => provider.close())

  it.each(providerAlgorithms)('are verified: %s', async (alg) => {
    const token = await provider.requestToken('https://registry.example', alg)

    await expect(stack().verify(token)).resolves.toMatchObject({
      issuer: provider.issuer,
      subject: clientIdOf(alg),
      audiences: ['https://registry.example'],
      claims: { client_id: clientIdOf(alg), jti: expect.any(String) },
      expiresAt: expect.any(Date),
    })
  })

  it('are refused once a byte of the claims has changed', async () => {
    const token = await provider.requestToken('https://registry.example')
    const [header, payload, signature] = token.split('.') as [string, string, string]
    const claims = Buffer.from(payload, 'base64url').toString().replace('ci-RS256', 'ci-RS257')
    const forged = `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`

    await expect(stack().verify(forged)).rejects.toMatchObject(
      refusal('Invalid token: Signature verification failed'),
    )
  })

  it('are refused unless the operator allows the address of the provider', async () => {
    const token = await provider.requestToken('https://registry.example')
    const strict = createStack({ allowedHosts: [] })

    await expect(strict.verify(token)).rejects.toMatchObject({
      code: 'exchange_refused',
      message: expect.stringContaining('OIDC_ALLOWED_HOSTS'),
    })
    await strict.fetch.close()
  })
})
