import { expect, it } from 'vitest'
import {
  appTokenEnd,
  capOfAppToken,
  expiringBefore,
  maySeeAppToken,
} from '../../src/domain/app-token-rules.ts'
import type { Scope } from '../../src/domain/scopes.ts'

const holding = (...scopes: Scope[]) => ({ scopes: new Set(scopes) })
const NOW = new Date('2026-11-29T12:00:00Z')

it('a token ends with the one that makes it, or after the longest life, and expires soon in its last week', () => {
  const createdAt = new Date('2026-11-01T00:00:00Z')
  expect(appTokenEnd(createdAt, 60, { expiresAt: NOW })).toEqual(NOW)
  expect(appTokenEnd(createdAt, 60, undefined)).toEqual(new Date('2026-11-01T00:01:00Z'))
  expect(expiringBefore(NOW)).toEqual(new Date('2026-12-06T12:00:00Z'))
})

it('a token may do in repositories what the one may that makes it', () => {
  expect(capOfAppToken(holding('user:admin', 'repo:read', 'repo:write'))).toBe('write')
  expect(capOfAppToken(holding('user:admin'))).toBeNull()
})

it('a token is shown again to who could make one like it', () => {
  expect(maySeeAppToken(holding('repo:admin'), 'write')).toBe(true)
  expect(maySeeAppToken(holding('repo:read'), 'write')).toBe(false)
  expect(maySeeAppToken(holding('user:admin'), 'read')).toBe(false)
  expect(maySeeAppToken(holding('user:admin'), null)).toBe(true)
})
