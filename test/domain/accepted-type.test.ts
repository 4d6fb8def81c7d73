import { describe, expect, it } from 'vitest'
import { preferredType } from '../../src/domain/accepted-type.ts'

const [JSON_TYPE, CSV, LINES] = ['application/json', 'text/csv', 'application/x-ndjson'] as const
const chosen = (accept: string | undefined) => preferredType(accept, [JSON_TYPE, CSV, LINES])

describe('of the media types that there are, a caller gets', () => {
  it.each([
    ['text/csv', CSV],
    ['Text/CSV', CSV],
    ['text/*', CSV],
    ['application/json;q=0.4, text/csv;q=0.5', CSV],
    ['text/csv, application/json;q=0.9', CSV],
    ['application/json;q=0.4, text/csv;charset=utf-8;q=0.5', CSV],
    [' application/json ; q=0.4 , text/csv ; Q=0.5 ', CSV],
  ])('the one that %j wants most', (accept, type) => expect(chosen(accept)).toBe(type))

  it.each([
    ['text/csv, application/json'],
    ['application/x-ndjson;q=0.5, application/json;q=0.5'],
    ['application/*'],
    ['*/*'],
  ])('the first of those that %j wants alike', (accept) => expect(chosen(accept)).toBe(JSON_TYPE))

  it.each([
    ['*/*, application/json;q=0.5', CSV],
    ['application/*, application/json;q=0.1', LINES],
    ['*/*;q=0.2, text/*;q=0.1, application/json;q=0', LINES],
    ['text/*;q=0, */*;q=0.1', JSON_TYPE],
    ['*/*;q=0.1, text/*;q=0.2', CSV],
  ])('what the most specific range of %j says', (accept, type) => expect(chosen(accept)).toBe(type))

  it.each([undefined, '', 'image/png', 'text/csv;q=0', 'csv', 'text', '*/csv'])(
    'the first one for %j, which takes none of them',
    (accept) => expect(chosen(accept)).toBe(JSON_TYPE),
  )

  it.each(['text/csv;q=1.1', 'text/csv;q=-0.1', 'text/csv;q=much'])(
    'nothing by %j, which is no quality',
    (accept) => expect(chosen(`application/json;q=0.1, ${accept}`)).toBe(JSON_TYPE),
  )

  it('by the ends of the scale', () => {
    expect(chosen('application/json;q=0.9, text/csv;q=1')).toBe(CSV)
    expect(chosen('application/json;q=0, text/csv;q=0.001')).toBe(CSV)
  })
})
