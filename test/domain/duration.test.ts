import { expect, it } from 'vitest'
import { parseDuration } from '../../src/domain/duration.ts'

it.each([
  ['45s', 45],
  ['30m', 1_800],
  ['12h', 43_200],
  ['90d', 7_776_000],
  ['2w', 1_209_600],
  ['0s', 0],
  ['123456789s', 123_456_789],
])('%s is %i seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds))

it.each([
  '',
  '90',
  'd',
  '1y',
  '1M',
  '1.5h',
  '-1d',
  ' 1d',
  '1d ',
  '1d2h',
  '1 d',
  '1234567890s',
  '1dd',
])('%j is no duration', (text) => expect(parseDuration(text)).toBeUndefined())
