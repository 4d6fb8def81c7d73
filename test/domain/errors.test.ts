import { describe, expect, it } from 'vitest'
import {
  exchangeRefused,
  forbidden,
  invalidRequest,
  limitReached,
  modelRefused,
  notFound,
  organizationNotFound,
  robotNotFound,
  ServiceError,
  unauthenticated,
  unavailable,
} from '../../src/domain/errors.ts'
import { PROFILES, underProfile } from '../../src/domain/profile.ts'

describe('an error of the service', () => {
  it.each([
    [invalidRequest('why'), 'invalid_request', 'why'],
    [unauthenticated(), 'invalid_token', 'Requires authentication'],
    [forbidden(), 'insufficient_scope', 'Unauthorized'],
    [notFound(), 'not_found', 'Not Found'],
    [modelRefused('why'), 'model_refused', 'why'],
    [robotNotFound(), 'robot_not_found', 'Could not find robot with specified username'],
    [organizationNotFound('acme'), 'model_refused', 'Organization does not exist: acme'],
    [
      limitReached('acme', 'robots', 3),
      'invalid_request',
      'Limit reached: acme can have 3 robots (limits.robots in the configuration file of the service)',
    ],
  ])('%s has a code and words', (error, code, message) => {
    expect(error).toBeInstanceOf(ServiceError)
    expect([error.name, error.code, error.message]).toEqual(['ServiceError', code, message])
    expect([error.retryAfter, error.outcome, 'cause' in error]).toEqual([
      ...[undefined, undefined, false],
    ])
  })

  it('may say how an exchange ended, when to try again, and what was the cause', () => {
    expect(exchangeRefused('why')).toMatchObject({
      ...{ code: 'exchange_refused', message: 'why', outcome: 'invalid_token' },
    })
    expect(exchangeRefused('why', 'ambiguous').outcome).toBe('ambiguous')
    const cause = new Error('no room')
    expect(unavailable('why', 30, cause)).toMatchObject({
      ...{ code: 'unavailable', message: 'why', retryAfter: 30, cause },
    })
  })
})

it('a robot that is missing is worded by the profile, and nothing else', () => {
  const { live, documented } = PROFILES
  expect(underProfile(robotNotFound(), documented)).toEqual(notFound())
  expect(underProfile(robotNotFound(), live)).toEqual(modelRefused(robotNotFound().message))
  const other = forbidden()
  expect([underProfile(other, live), underProfile(other, documented)]).toEqual([other, other])
})
