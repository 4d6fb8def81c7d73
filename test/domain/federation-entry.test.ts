import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  assertFederationConfig,
  isSameEntry,
  matchHash,
} from '../../src/domain/federation-entry.ts'

const ENTRY = { issuer: 'https://a', subject: 'b', audiences: ['x', 'y'] }
const refused = (message: string) => expect.objectContaining({ code: 'invalid_request', message })

describe('a configuration', () => {
  it('has no two entries that admit the same', () => {
    const others = [
      { ...ENTRY, issuer: 'http://a' },
      { ...ENTRY, subject: 'c' },
      { ...ENTRY, audiences: ['x'] },
    ]
    expect(() => assertFederationConfig([ENTRY, ...others])).not.toThrow()
    expect(() => assertFederationConfig([])).not.toThrow()
    expect(() =>
      assertFederationConfig([ENTRY, ...others, { ...ENTRY, description: 'again' }]),
    ).toThrow(refused('Duplicate federation config entry'))
  })

  it.each([{ issuer: '' }, { subject: '' }])('lacks nothing: %j', (change) => {
    expect(() => assertFederationConfig([ENTRY, { ...ENTRY, ...change }])).toThrow(
      refused('Missing one or more required fields (issuer, subject)'),
    )
  })

  it.each(['a', 'ftp://a', 'HTTPS://a', ' https://a', 'httpss://a', 'https:a'])(
    'has URLs for issuers, not %j',
    (issuer) => {
      expect(() => assertFederationConfig([{ ...ENTRY, issuer }])).toThrow(
        refused('Issuer must be a URL (http:// or https://)'),
      )
    },
  )
})

it('finds an entry by issuer and subject together', () => {
  const hash = createHash('sha256').update('["https://a","b"]').digest()
  expect(matchHash('https://a', 'b')).toEqual(hash)
})

it('takes entries for the same that say the same', () => {
  const { issuer, ...rest } = ENTRY
  expect(isSameEntry(ENTRY, { ...rest, audiences: ['x', 'y'], issuer })).toBe(true)
  for (const change of [
    { issuer: 'https://b' },
    { subject: 'c' },
    { audiences: ['x'] },
    { audiences: ['x', 'y', 'z'] },
    { audiences: ['x', 'z'] },
    { audiences: undefined },
    { description: '' },
  ]) {
    expect(isSameEntry(ENTRY, { ...ENTRY, ...change }), JSON.stringify(change)).toBe(false)
  }
})
