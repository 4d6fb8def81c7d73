import { expect, it } from 'vitest'
import { isNewUse } from '../../src/domain/last-use.ts'

it('a use is written down where it is the first, or a minute after the one of before', () => {
  const stored = new Date('2026-11-28T12:00:00Z')
  const after = (ms: number) => isNewUse(stored, new Date(stored.getTime() + ms))
  expect(isNewUse(null, stored)).toBe(true)
  expect([after(0), after(59_999), after(60_000), after(-60_000)]).toEqual([
    ...[false, false, true, false],
  ])
})
