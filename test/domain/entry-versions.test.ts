import { expect, it } from 'vitest'
import { replaceEntries } from '../../src/domain/entry-versions.ts'

const ENTRY = { issuer: 'https://a', subject: 'b' }
const STORED = [
  { ...ENTRY, id: 'one', version: 3 },
  { ...ENTRY, audiences: ['x'], id: 'two', version: 1 },
]
const replaced = (...posted: Parameters<typeof replaceEntries>[1]) => {
  let made = 0
  return replaceEntries(STORED, posted, {
    newId: () => `new${++made}`,
    complete: (entry) => entry,
  })
}

it('keeps what is posted again, in its new order', () => {
  const shown = STORED.map(({ version: _, ...entry }) => entry)
  expect(replaced(...shown.toReversed())).toEqual(STORED.toReversed())
  expect(replaced({ ...ENTRY, audiences: ['x'] }, ENTRY)).toEqual(STORED.toReversed())
})

it('counts a change of what is named, or admits the same', () => {
  expect(replaced({ ...ENTRY, description: 'd' })).toEqual([
    { ...ENTRY, description: 'd', id: 'one', version: 4 },
  ])
  expect(replaced({ ...ENTRY, subject: 'c', id: 'two' })).toEqual([
    { ...ENTRY, subject: 'c', id: 'two', version: 2 },
  ])
})

it('gives what has no id to no entry that another one names', () => {
  expect(replaced({ ...ENTRY, subject: 'c', id: 'one' }, ENTRY)).toEqual([
    { ...ENTRY, subject: 'c', id: 'one', version: 4 },
    { ...ENTRY, id: 'new1', version: 1 },
  ])
})

it('lets two entries change places', () => {
  const [one, two] = STORED
  expect(replaced({ ...ENTRY, id: 'two' }, { ...ENTRY, audiences: ['x'], id: 'one' })).toEqual([
    { ...ENTRY, id: two?.id, version: 2 },
    { ...ENTRY, audiences: ['x'], id: one?.id, version: 4 },
  ])
})

it.each([
  [
    [{ ...ENTRY, id: 'three' }],
    "There is no federation entry with id 'three': leave id out for a new one",
  ],
  [
    [
      { ...ENTRY, id: 'one' },
      { ...ENTRY, subject: 'c', id: 'one' },
    ],
    'Duplicate federation config entry',
  ],
])('refuses an id that is not one stored entry’s: %#', (posted, message) => {
  expect(() => replaced(...posted)).toThrow(
    expect.objectContaining({ code: 'invalid_request', message }),
  )
})

it('completes what is new or changed, and finds by that what it replaces', () => {
  const x = { ...ENTRY, audiences: ['x'] }
  const completed = (...posted: Parameters<typeof replaceEntries>[1]) =>
    replaceEntries(STORED, posted, {
      newId: () => 'new',
      complete: (entry) => ({ audiences: ['x'], ...entry }),
    })
  expect(completed(ENTRY, x)).toEqual(STORED)
  expect(completed({ ...ENTRY, id: 'two' })).toEqual([{ ...x, id: 'two', version: 1 }])
  expect(completed({ ...ENTRY, description: 'd' })).toEqual([
    { ...x, description: 'd', id: 'two', version: 2 },
  ])
  expect(completed({ ...ENTRY, subject: 'c' })).toEqual([
    { ...x, subject: 'c', id: 'new', version: 1 },
  ])
})
