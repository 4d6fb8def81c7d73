import { expect, it } from 'vitest'
import { cutPage } from '../../src/domain/page.ts'
import { formatPageToken } from '../../src/domain/page-token.ts'

it('goes on where a row was read beyond it', () => {
  const cut = (rows: string[]) => cutPage(rows, 3, (row) => row)
  expect(cut([])).toEqual({ items: [], nextPage: undefined })
  const items = ['a', 'b', 'c']
  expect(cut(items)).toEqual({ items, nextPage: undefined })
  expect(cut([...items, 'd'])).toEqual({ items, nextPage: formatPageToken('c') })
})
