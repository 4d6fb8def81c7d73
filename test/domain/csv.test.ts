import { expect, it } from 'vitest'
import { csvLine } from '../../src/domain/csv.ts'

it('writes a line of fields, the missing ones empty', () => {
  expect(csvLine(['a', null, '', 'b c'])).toBe('a,,,b c\r\n')
})

it.each([
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['a\nb', '"a\nb"'],
  ['a\rb', '"a\rb"'],
])('quotes %j', (field, written) => expect(csvLine([field])).toBe(`${written}\r\n`))

it.each([
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\tx'].map((field) => [field, `'${field}`]),
  ['\rx', `"'\rx"`],
  ['=A1,B1', `"'=A1,B1"`],
  ['a=1', 'a=1'],
  ['a-b+c@d', 'a-b+c@d'],
])('writes %j so that no spreadsheet runs it', (field, written) => {
  expect(csvLine([field as string])).toBe(`${written}\r\n`)
})
