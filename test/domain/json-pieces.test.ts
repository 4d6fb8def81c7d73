import { describe, expect, it } from 'vitest'
import {
  beforeFirst,
  Entries,
  jsonText,
  mapItems,
  mapPieces,
  type Pieces,
} from '../../src/domain/json-pieces.ts'

async function* pieces<Item>(...lists: Item[][]): Pieces<Item> {
  yield* lists
}

/** The texts that are given out one after the other, and the last one. */
async function textsOf(document: object) {
  const texts = jsonText(document)
  const given: string[] = []
  for (;;) {
    const { done, value } = await texts.next()
    given.push(value)
    if (done) return given
  }
}
const written = async (document: object) => (await textsOf(document)).join('')

describe('the JSON of a document', () => {
  it('is what JSON.stringify would make of it', async () => {
    const document = { a: 1, b: undefined, c: null, d: { e: ['f'] }, 'g"': '"' }
    expect(await textsOf(document)).toEqual([JSON.stringify(document)])
    expect([await textsOf({}), await textsOf({ a: undefined })]).toEqual([['{}'], ['{}']])
  })

  it('comes in a text for each piece of a list', async () => {
    const document = { a: 1, list: pieces([{ b: 1 }, 'c'], [], [null]), d: 2 }
    expect(await textsOf(document)).toEqual([
      ...['{"a":1,"list":[{"b":1},"c"', '', ',null', '],"d":2}'],
    ])
  })

  it('has an empty list where there are no pieces', async () => {
    expect(await textsOf({ list: pieces() })).toEqual(['{"list":[]}'])
  })

  it('writes a list of entries as an object', async () => {
    const entries = new Entries(
      pieces<[string, unknown]>(
        [['a"', 1]],
        [
          ['b', { c: 1 }],
          ['d', []],
        ],
      ),
    )
    expect(await textsOf({ entries, e: 1 })).toEqual([
      ...['{"entries":{"a\\"":1', ',"b":{"c":1},"d":[]', '},"e":1}'],
    ])
  })

  it('holds lists in pieces in the items of one', async () => {
    const teams = (...names: string[]) => ({ name: 'r', teams: pieces(names, ['last']), n: 1 })
    const document = { robots: pieces<object>([{ n: 0 }, teams('a', 'b'), { n: 2 }], [teams()]) }
    const texts = await textsOf(document)
    expect(JSON.parse(texts.join(''))).toEqual({
      robots: [
        { n: 0 },
        { name: 'r', teams: ['a', 'b', 'last'], n: 1 },
        { n: 2 },
        { name: 'r', teams: ['last'], n: 1 },
      ],
    })
    expect(texts[0]).toBe('{"robots":[{"n":0},{"name":"r","teams":["a","b"')
  })

  it('knows a late value when all before it has been written', async () => {
    let count = 0
    async function* counted() {
      for (const item of ['a', 'b']) {
        count += 1
        yield [item]
      }
    }
    const document = { list: counted(), next: () => (count === 2 ? 'page' : 'early') }
    expect(await written(document)).toBe('{"list":["a","b"],"next":"page"}')
    expect(await written({ a: 1, late: () => undefined })).toBe('{"a":1}')
  })
})

it('maps a list, whole or in pieces', async () => {
  const double = (n: number) => 2 * n
  expect(mapItems([1, 2], double)).toEqual([2, 4])
  expect(await written({ list: mapItems(pieces([1], [2, 3]), double) })).toBe('{"list":[2,4,6]}')
  expect(await written({ list: mapPieces(pieces([1, 2]), double) })).toBe('{"list":[2,4]}')
})

it('works once before the first piece that holds anything, and not where none does', async () => {
  const done: string[] = []
  const list = beforeFirst(pieces<string>([], ['a'], ['b']), async () => done.push('worked'))
  const seen: string[] = []
  for await (const items of list) seen.push(`${items}:${done}`)
  expect(seen).toEqual([':', 'a:worked', 'b:worked'])
  for await (const items of beforeFirst(pieces([]), async () => done.push('again')))
    expect(items).toEqual([])
  expect(done).toEqual(['worked'])
})
