import { expect, it } from 'vitest'
import { isTagExpiration } from '../../src/domain/tag-expiration.ts'

it('tags expire never, or after a day, one, two or four weeks', () => {
  const days = (count: number) => count * 86_400
  expect([0, days(1), days(7), days(14), days(28)].every(isTagExpiration)).toBe(true)
  expect([-1, 1, days(2), days(21), days(30), Number.NaN].some(isTagExpiration)).toBe(false)
})
