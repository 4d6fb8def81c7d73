import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatDate, formatPreciseDate } from '../../src/domain/dates.ts'
import { ServiceError } from '../../src/domain/errors.ts'
import { isId } from '../../src/domain/ids.ts'
import { idBounds, logPeriod } from '../../src/domain/log-period.ts'
import { formatPageToken, parseIdPageToken, parsePageToken } from '../../src/domain/page-token.ts'
import { always } from './settings.ts'
import { hostileText, nameLike } from './texts.ts'

const DAY_MS = 86_400_000
const NOW = new Date('2026-11-23T12:34:56.789Z')

const errorOf = (work: () => unknown): unknown => {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}

it('finds in the token of a page the name that it was made of', () => {
  const names = nameLike.filter(
    (name) => name !== '' && !name.includes('\0') && name.isWellFormed(),
  )
  always(names, (name) => expect(parsePageToken(formatPageToken(name))).toBe(name))
})

it('takes for the token of a page only what it makes itself', () => {
  const texts = fc.oneof(hostileText, fc.base64String(), nameLike.map(formatPageToken))
  always(
    texts,
    (text) => {
      const error = errorOf(() => expect(formatPageToken(parsePageToken(text))).toBe(text))
      if (error !== undefined) expect(error).toBeInstanceOf(ServiceError)
      const ofIds = errorOf(() => expect(isId(parseIdPageToken(text))).toBe(true))
      if (ofIds !== undefined) expect(ofIds).toBeInstanceOf(ServiceError)
    },
    1000,
  )
})

const date = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-30T00:00:00Z'),
  noInvalidDate: true,
})
const pad = (number: number, width = 2) => String(number).padStart(width, '0')
const dayOf = (some: Date) =>
  `${pad(some.getUTCMonth() + 1)}/${pad(some.getUTCDate())}/${pad(some.getUTCFullYear(), 4)}`
const midnight = (some: Date) => Math.floor(some.getTime() / DAY_MS) * DAY_MS

it('looks at whole days, the last of them included', () => {
  always(fc.tuple(date, date), ([one, other]) => {
    const [first, last] = one < other ? [one, other] : [other, one]
    const period = logPeriod({ starttime: dayOf(first), endtime: dayOf(last) }, NOW)
    expect(period.start.getTime()).toBe(midnight(first))
    expect(period.end.getTime()).toBe(midnight(last) + DAY_MS)
  })
})

it('makes of any text a period that can be asked for, or an error of the service', () => {
  const dateLike = fc.oneof(
    hostileText,
    date.map(dayOf),
    fc.string({ unit: fc.constantFrom(...'0129/ ') }),
  )
  const texts = fc.option(dateLike, { nil: undefined })
  always(
    fc.tuple(texts, texts),
    ([starttime, endtime]) => {
      const error = errorOf(() => {
        const period = logPeriod({ starttime, endtime }, NOW)
        expect(period.start.getTime()).toBeLessThanOrEqual(period.end.getTime())
        expect(period.end.getUTCFullYear()).toBeLessThanOrEqual(9999)
        const { from, to } = idBounds(period)
        expect([isId(from), isId(to), from <= to]).toEqual([true, true, true])
      })
      if (error !== undefined) expect(error).toBeInstanceOf(ServiceError)
    },
    1000,
  )
})

it('writes dates that other programs read as the same moment', () => {
  always(date, (some) => {
    const seconds = Math.floor(some.getTime() / 1000) * 1000
    if (some.getUTCFullYear() >= 1000) expect(Date.parse(formatDate(some))).toBe(seconds)
    expect(Date.parse(formatPreciseDate(some))).toBe(some.getTime())
  })
})
