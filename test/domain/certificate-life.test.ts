import { describe, expect, it } from 'vitest'
import { certificateBegin, certificateEnd, endFits } from '../../src/domain/certificate-life.ts'

const MADE = new Date('2026-11-01T00:00:00Z')
/** Replaced after ten days, with an hour for its last token. */
const USE = { rotateAfterSeconds: 10 * 86_400, afterlifeSeconds: 3600 }
const END = new Date('2026-11-11T01:00:00Z')
const later = (date: Date, seconds: number) => new Date(date.getTime() + seconds * 1000)

describe('the certificate of a signing key', () => {
  it('begins a day before the key was made, and ends with its last token', () => {
    expect(certificateBegin(MADE)).toEqual(new Date('2026-10-31T00:00:00Z'))
    expect(certificateEnd(MADE, later(MADE, 5), USE)).toEqual(END)
  })

  it('is made for five minutes more where the key is used beyond its time', () => {
    const now = later(MADE, 10 * 86_400)
    expect(certificateEnd(MADE, now, USE)).toEqual(later(now, 300 + 3600))
  })

  it('fits as long as the key is used, and a day longer', () => {
    const now = later(MADE, 5)
    expect(endFits(END, MADE, now, USE)).toBe(true)
    expect(endFits(later(END, 86_400), MADE, now, USE)).toBe(true)
    expect(endFits(later(END, 86_401), MADE, now, USE)).toBe(false)
    expect(endFits(later(now, 3600), MADE, now, USE)).toBe(true)
    expect(endFits(later(now, 3599), MADE, now, USE)).toBe(false)
  })
})
