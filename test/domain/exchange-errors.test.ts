import { expect, it } from 'vitest'
import { ServiceError } from '../../src/domain/errors.ts'
import { exchangeRefused, issuerUnavailable } from '../../src/domain/exchange-errors.ts'

it('a refused exchange says how it ended', () => {
  expect(exchangeRefused('why')).toBeInstanceOf(ServiceError)
  expect(exchangeRefused('why')).toMatchObject({
    ...{ code: 'exchange_refused', message: 'why', outcome: 'invalid_token' },
  })
  expect(exchangeRefused('why', 'ambiguous').outcome).toBe('ambiguous')
})

it('an issuer that cannot be asked makes the exchange unavailable', () => {
  const cause = new Error('hung up')
  expect(issuerUnavailable('why', 30, cause)).toMatchObject({
    ...{
      code: 'unavailable',
      message: 'why',
      retryAfter: 30,
      cause,
      outcome: 'issuer_unavailable',
    },
  })
})
