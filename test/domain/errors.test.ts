import { describe, expect, it } from 'vitest'
import {
  assertNoProblem,
  forbidden,
  invalidRequest,
  modelRefused,
  notFound,
  organizationNotFound,
  ServiceError,
  unauthenticated,
  unavailable,
} from '../../src/domain/errors.ts'

describe('an error of the service', () => {
  it.each([
    [invalidRequest('why'), 'invalid_request', 'why'],
    [unauthenticated(), 'invalid_token', 'Requires authentication'],
    [forbidden(), 'insufficient_scope', 'Unauthorized'],
    [notFound(), 'not_found', 'Not Found'],
    [modelRefused('why'), 'model_refused', 'why'],
    [organizationNotFound('acme'), 'model_refused', 'Organization does not exist: acme'],
  ])('%s has a code and words', (error, code, message) => {
    expect(error).toBeInstanceOf(ServiceError)
    expect([error.name, error.code, error.message]).toEqual(['ServiceError', code, message])
    expect([error.retryAfter, 'cause' in error]).toEqual([undefined, false])
  })

  it('may say when to try again, and what was the cause', () => {
    const cause = new Error('no room')
    expect(unavailable('why', 30, cause)).toMatchObject({
      ...{ code: 'unavailable', message: 'why', retryAfter: 30, cause },
    })
  })
})

it('of several problems the first is told', () => {
  expect(() => assertNoProblem(undefined, 'one', 'two')).toThrow(
    expect.objectContaining({ code: 'model_refused', message: 'one' }),
  )
  expect(() => assertNoProblem(undefined, undefined)).not.toThrow()
})
