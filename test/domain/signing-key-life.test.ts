import { expect, it } from 'vitest'
import { secondsBetween, signingKeyOf } from '../../src/domain/signing-key-life.ts'

const now = new Date('2026-11-29T12:00:00Z')
const madeBefore = (seconds: number) => ({ createdAt: new Date(now.getTime() - seconds * 1000) })

it('lets the newest key sign that has been published for two minutes', () => {
  const [fresh, known, old] = [madeBefore(119), madeBefore(120), madeBefore(4000)]
  expect(signingKeyOf([fresh, known, old], now)).toBe(known)
})

it('lets the oldest sign where none has been published for so long', () => {
  const [fresh, older] = [madeBefore(5), madeBefore(60)]
  expect(signingKeyOf([fresh, older], now)).toBe(older)
  expect(signingKeyOf([], now)).toBeUndefined()
})

it('counts seconds between two times whichever comes first', () => {
  const { createdAt } = madeBefore(90)
  expect(secondsBetween(createdAt, now)).toBe(90)
  expect(secondsBetween(now, createdAt)).toBe(90)
})
