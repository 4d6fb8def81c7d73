import { expect, it } from 'vitest'
import { formatDate, formatPreciseDate } from '../../src/domain/dates.ts'

it('writes dates as Quay does', () => {
  const date = new Date('2026-11-05T03:04:05.678Z')
  expect(formatDate(date)).toBe('Thu, 05 Nov 2026 03:04:05 -0000')
  expect(formatPreciseDate(date)).toBe('2026-11-05T03:04:05.678000Z')
})
