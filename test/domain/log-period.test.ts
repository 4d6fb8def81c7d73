import { describe, expect, it } from 'vitest'
import { idBounds, logPeriod } from '../../src/domain/log-period.ts'

const NOW = new Date('2026-11-28T12:34:56.789Z')
const period = (starttime: string | undefined, endtime: string | undefined) => {
  const { start, end } = logPeriod({ starttime, endtime }, NOW)
  return [start.toISOString(), end.toISOString()]
}
const refused = (message: string) => expect.objectContaining({ code: 'invalid_request', message })

describe('the time of a log', () => {
  it('is from a day ago to a day from now, unless said', () => {
    const usual = ['2026-11-27T12:34:56.789Z', '2026-11-29T12:34:56.789Z']
    expect(period(undefined, undefined)).toEqual(usual)
    expect(period('', '')).toEqual(usual)
  })

  it.each([
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['11/01/2026', '2026-11-01T00:00:00.000Z'],
    ['1/2/2026', '2026-01-02T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-11-01T13:30Z', '2026-11-01T13:30:00.000Z'],
    ['2026-11-01T13:30:05Z', '2026-11-01T13:30:05.000Z'],
    ['2026-11-01t13:30:05.5z', '2026-11-01T13:30:05.500Z'],
    ['2026-11-01 13:30:05+01:30', '2026-11-01T12:00:05.000Z'],
    ['2026-11-01T13:30:05.123456789-01:30', '2026-11-01T15:00:05.123Z'],
  ])('begins at %s', (starttime, start) => {
    expect(period(starttime, '2026-11-28')[0]).toBe(start)
  })

  it.each([
    ['2026-11-28', '2026-11-29T00:00:00.000Z'],
    ['2026-11-28T00:00:00Z', '2026-11-28T00:00:00.000Z'],
    ['9999-12-31', '9999-12-31T00:00:00.000Z'],
    ['9999-12-30', '9999-12-31T00:00:00.000Z'],
  ])('ends with the day %s, or at the moment', (endtime, end) => {
    expect(period('2026-11-01', endtime)[1]).toBe(end)
  })

  it('may be a moment, but ends no earlier than it begins', () => {
    const moment = '2026-11-28T00:00:00Z'
    expect(period(moment, moment)).toEqual(['2026-11-28T00:00:00.000Z', '2026-11-28T00:00:00.000Z'])
    expect(() => period('2026-11-28T00:00:00.001Z', moment)).toThrow(
      refused('The end time is before the start time'),
    )
  })

  it.each([
    ...['nonsense', '2026-02-30', '02/30/2026', '13/01/2026', '2026-13-01', '0000-01-01'],
    ...['2026-11-28T25:00:00Z', '2026-11-28T12:00:00', '20261128', '2026-11-28T12Z', '2026-1-1'],
    ...['2026-11-28T12:00:00+25:00x', 'x2026-11-28', '2026-11-28x', '11/28/2026x', 'x11/28/2026'],
    ...['111/28/2026', '11/281/2026', '11/28/20261', '11/28/26', '2026-11-28T12:00:00.Z'],
    ...['2026-11-28T12:00:00.1234567890Z', '2026-11-28T12:00:00+01', '2026-11-28  12:00:00Z'],
    ...[
      '2026-11-28T1:00:00Z',
      '2026-11-28T12:0:00Z',
      '2026-11-28T12:00:0Z',
      '//2026',
      '02026-11-28',
    ],
  ])('is not in %j', (text) => {
    const words = 'is no date: write 2026-11-28, 2026-11-28T13:30:00Z or 11/28/2026'
    expect(() => period(text, undefined)).toThrow(refused(`starttime ${words}`))
    expect(() => period('2026-11-01', text)).toThrow(refused(`endtime ${words}`))
  })
})

it('is bounded by ids a minute wider, of which the least is that of 1970', () => {
  const start = new Date(0x0123456789ab + 60_000)
  const end = new Date(0x0123456789ab - 60_000)
  const id = '01234567-89ab-0000-0000-000000000000'
  expect(idBounds({ start, end })).toEqual({ from: id, to: id })
  expect(idBounds({ start: new Date(0), end: new Date(0) })).toEqual({
    from: '00000000-0000-0000-0000-000000000000',
    to: '00000000-ea60-0000-0000-000000000000',
  })
})
