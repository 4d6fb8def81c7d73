import { expect, it } from 'vitest'
import { randomText } from '../../src/domain/random-text.ts'

/** Gives out these bytes, and tells how many were asked for at a time. */
function source(bytes: number[]) {
  const sizes: number[] = []
  const randomBytes = (size: number) => {
    sizes.push(size)
    return Buffer.from(bytes.splice(0, size))
  }
  return { sizes, randomBytes }
}

it('takes a character for each byte, and other bytes for those that would favour the first ones', () => {
  // Of three characters 255 is the last whole multiple.
  const { sizes, randomBytes } = source([0, 1, 2, 254, 255, 3, 255, 4])
  expect(randomText(randomBytes, 'abc', 6)).toBe('abccab')
  expect(sizes).toEqual([6, 1, 1])
})

it('throws away no byte where all characters fit as often', () => {
  const { sizes, randomBytes } = source([255, 254])
  expect(randomText(randomBytes, 'ab', 2)).toBe('ba')
  expect(sizes).toEqual([2])
})
