import { expect, it } from 'vitest'
import { abridged, beginningOf } from '../../src/domain/cut-text.ts'

it('keeps the beginning of a text, in whole characters', () => {
  expect(beginningOf('robot', 3)).toBe('rob')
  expect(beginningOf('a😀😀', 2)).toBe('a😀')
  expect(beginningOf('😀😀😀', 2)).toBe('😀😀')
  expect(beginningOf('😀😀', 2)).toBe('😀😀')
  expect(beginningOf('ab', 2)).toBe('ab')
})

it('replaces half a character', () => {
  expect(beginningOf('a\ud800b', 10)).toBe('a\ufffdb')
})

it('shows that there was more', () => {
  expect(abridged('robot', 3)).toBe('rob…')
  expect(abridged('😀😀😀', 2)).toBe('😀😀…')
  expect(abridged('rob', 3)).toBe('rob')
  expect(abridged('\ud800', 1)).toBe('\ufffd')
})
