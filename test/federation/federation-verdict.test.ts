import { expect, it } from 'vitest'
import { judge } from '../../src/domain/federation-verdict.ts'

const ISSUER = 'https://ci.example'
const entry = (subject: string, audiences?: string[], issuer = ISSUER) => ({
  issuer,
  subject,
  audiences,
})
const identity = (subject: string, audiences: string[] = [], issuer = ISSUER) => ({
  issuer,
  subject,
  audiences,
})

it('admits an identity by the entry that names it', () => {
  const entries = [
    entry('a', undefined, 'https://other.example'),
    entry('b'),
    entry('a', ['x', 'y']),
  ]
  expect(judge(entries, identity('a', ['z', 'y']))).toEqual({ entry: entries[2] })
  expect(judge(entries, identity('b'))).toEqual({ entry: entries[1] })
})

it.each([
  [[], identity('a'), 'not_configured', 'Robot does not have federated login configured'],
  [
    [entry('a')],
    identity('a', [], `${ISSUER}/`),
    'not_configured',
    `issuer ${ISSUER}/ not configured for this robot`,
  ],
  [[entry('a')], identity('A'), 'subject_mismatch', 'Token does not match robot'],
  [
    [entry('a'), entry('b', undefined, 'https://other.example')],
    identity('b'),
    'subject_mismatch',
    'Token does not match robot',
  ],
  [
    [entry('a', ['x'])],
    identity('a', ['y']),
    'audience_mismatch',
    "Invalid token: Audience doesn't match",
  ],
  [
    [entry('a', ['x'])],
    identity('a'),
    'audience_mismatch',
    'Invalid token: Token is missing the "aud" claim',
  ],
])('says why it does not: %j %j', (entries, who, code, message) => {
  expect(judge(entries, who)).toEqual({ code, message })
})
