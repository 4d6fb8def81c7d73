import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { assertFederationConfig, matchHash, sameEntry } from '../../src/domain/federation-entry.ts'

const ENTRY = { issuer: 'https://a', subject: 'b', audiences: ['x', 'y'] }
const refused = (message: string) => expect.objectContaining({ code: 'invalid_request', message })

describe('a configuration', () => {
  it('has an entry for each issuer and subject', () => {
    const others = [
      { ...ENTRY, issuer: 'http://a' },
      { ...ENTRY, subject: 'c' },
    ]
    expect(() => assertFederationConfig([ENTRY, ...others])).not.toThrow()
    expect(() => assertFederationConfig([])).not.toThrow()
    expect(() => assertFederationConfig([ENTRY, ...others, { ...ENTRY, audiences: [] }])).toThrow(
      refused('Duplicate federation config entry'),
    )
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

it('takes entries for the same that admit the same tokens', () => {
  expect(sameEntry(ENTRY, { ...ENTRY, audiences: ['x', 'y'] })).toBe(true)
  for (const change of [
    { issuer: 'https://b' },
    { subject: 'c' },
    { audiences: ['x'] },
    { audiences: ['x', 'y', 'z'] },
    { audiences: ['x', 'z'] },
    { audiences: [] },
  ]) {
    expect(sameEntry(ENTRY, { ...ENTRY, ...change }), JSON.stringify(change)).toBe(false)
  }
})
