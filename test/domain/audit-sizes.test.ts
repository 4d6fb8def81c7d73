import { expect, it } from 'vitest'
import { auditable, auditableText } from '../../src/domain/audit-sizes.ts'

it("keeps a caller's data up to 4 KiB of JSON, and of more the size", () => {
  const longest = 'ü'.repeat(2047)
  expect(auditable(longest)).toBe(longest)
  expect(auditable(`${longest}a`)).toEqual({ omitted_bytes: 4097 })
  expect(auditable({ a: 'bc' }, 10)).toEqual({ a: 'bc' })
  expect(auditable({ a: 'bcd' }, 10)).toEqual({ omitted_bytes: 11 })
})

it('keeps that there was nothing', () => {
  expect([auditable(null), auditable(undefined), auditable('')]).toEqual([null, null, ''])
})

it('keeps the beginning of a text', () => {
  expect(auditableText('robot', 3)).toBe('rob')
})

it('replaces what no database reads back', () => {
  expect(auditableText('a\0b\0', 10)).toBe('a\ufffdb\ufffd')
  expect(auditableText('a\ud800b', 10)).toBe('a\ufffdb')
})
