import { describe, expect, it } from 'vitest'
import { issuerRefusal, judge } from '../../src/domain/federation-verdict.ts'

const ANY = { issuer: 'https://a', subject: 'any', audiences: [] }
const SOME = { issuer: 'https://a', subject: 'some', audiences: ['x', 'y'] }
const OTHER = { issuer: 'https://b', subject: 'any', audiences: ['z'] }
const ENTRIES = [ANY, SOME, OTHER]
const identity = (issuer: string, subject: string, ...audiences: string[]) => ({
  ...{ issuer, subject, audiences },
})

describe('an identity', () => {
  it.each([
    ['https://a', 'any', [], ANY],
    ['https://a', 'any', ['w'], ANY],
    ['https://a', 'some', ['y'], SOME],
    ['https://a', 'some', ['w', 'x'], SOME],
    ['https://b', 'any', ['z'], OTHER],
  ] as const)('%s %s for %j is admitted by its entry', (issuer, subject, audiences, entry) => {
    expect(judge(ENTRIES, identity(issuer, subject, ...audiences))).toEqual({ entry })
  })

  it.each([
    ['https://a', 'none', [], 'subject_mismatch', 'Token does not match robot'],
    ['https://b', 'some', ['x'], 'subject_mismatch', 'Token does not match robot'],
    ['https://a', 'some', ['z'], 'audience_mismatch', "Invalid token: Audience doesn't match"],
    [
      ...['https://a', 'some', [], 'audience_mismatch'],
      'Invalid token: Token is missing the "aud" claim',
    ],
    ['https://c', 'any', [], 'not_configured', 'issuer https://c not configured for this robot'],
  ] as const)('%s %s for %j is refused: %s', (issuer, subject, audiences, code, message) => {
    const given = identity(issuer as string, subject as string, ...(audiences as string[]))
    expect(judge(ENTRIES, given)).toEqual({ code, message })
  })

  it('is refused where there are no entries', () => {
    expect(judge([], identity('https://a', 'any'))).toEqual({
      code: 'not_configured',
      message: 'Robot does not have federated login configured',
    })
  })
})

it('no key of an issuer need be asked for that no entry names', () => {
  expect(issuerRefusal(ENTRIES, 'https://b')).toBeUndefined()
  expect(issuerRefusal(ENTRIES, 'https://c')?.code).toBe('not_configured')
})
