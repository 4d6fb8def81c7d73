import { expect, it } from 'vitest'
import { cutPage } from '../../src/domain/page.ts'
import { formatPageToken } from '../../src/domain/page-token.ts'

it('goes on where a row was read beyond it', () => {
  const cut = (rows: string[]) => cutPage(rows, 2, (row) => row)
  expect(cut([])).toEqual({ items: [], nextPage: undefined })
  expect(cut(['a', 'b'])).toEqual({ items: ['a', 'b'], nextPage: undefined })
  expect(cut(['a', 'b', 'c'])).toEqual({ items: ['a', 'b'], nextPage: formatPageToken('b') })
})
