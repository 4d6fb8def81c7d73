import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseBasic, parseBearer } from '../../src/domain/basic-credentials.ts'
import { clientCredentialsOf } from '../../src/domain/client-authentication.ts'
import { ServiceError } from '../../src/domain/errors.ts'
import { always } from './settings.ts'
import { hostileText } from './texts.ts'

const wellFormed = fc
  .oneof(hostileText, fc.string({ unit: 'grapheme' }))
  .filter((text) => text.isWellFormed())
const encode = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const header = fc.oneof(
  hostileText,
  hostileText.map(encode),
  fc
    .tuple(fc.constantFrom('Basic', 'bAsIc', 'Bearer', 'BEARER', ''), hostileText)
    .map((parts) => parts.join(' ')),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => `Basic ${Buffer.from(bytes).toString('base64')}`),
)

it('reads from Basic the user up to the first colon and the password after it', () => {
  const pairs = fc.tuple(
    wellFormed.filter((user) => !user.includes(':')),
    wellFormed,
  )
  always(pairs, ([username, password]) => {
    expect(parseBasic(encode(`${username}:${password}`))).toEqual({ username, password })
  })
})

it('reads Basic as base64 and UTF-8 are defined, whatever comes', () => {
  always(
    header,
    (text) => {
      const parsed = parseBasic(text)
      if ('problem' in parsed) return
      const [scheme = '', encoded = ''] = text.split(' ')
      expect(scheme.toLowerCase()).toBe('basic')
      const bytes = Buffer.from(encoded.replace(/[^A-Za-z0-9+/=]/g, ''), 'base64')
      expect(Buffer.from(`${parsed.username}:${parsed.password}`).equals(bytes)).toBe(true)
      expect(parsed.username).not.toContain(':')
    },
    1000,
  )
})

it('reads a bearer token only where a scheme and one token are sent', () => {
  always(header, (text) => {
    const parts = text.split(' ')
    const isBearer = parts.length === 2 && /^bearer$/i.test(parts[0] ?? '') && parts[1] !== ''
    // The Kelvin sign and its like are no letters of a scheme.
    expect(parseBearer(text)).toBe(isBearer ? parts[1] : undefined)
  })
})

it('gives a client back what it encoded, by Basic as in the body', () => {
  const form = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
  always(fc.tuple(wellFormed, wellFormed), ([clientId, clientSecret]) => {
    const expected = { clientId, clientSecret }
    const basic = encode(`${form(clientId)}:${form(clientSecret)}`)
    expect(clientCredentialsOf(basic, {})).toEqual(expected)
    expect(clientCredentialsOf(basic, { client_id: clientId })).toEqual(expected)
    const body = { client_id: clientId, client_secret: clientSecret }
    expect(clientCredentialsOf(undefined, body)).toEqual(expected)
    expect(() => clientCredentialsOf(basic, body)).toThrow(ServiceError)
  })
})

it('refuses a client with an error of the service, and never with another one', () => {
  const field = fc.option(hostileText, { nil: undefined })
  const requests = fc.tuple(fc.option(header, { nil: undefined }), field, field)
  always(
    requests,
    ([authorization, client_id, client_secret]) => {
      try {
        clientCredentialsOf(authorization, { client_id, client_secret })
      } catch (error) {
        expect(error).toBeInstanceOf(ServiceError)
      }
    },
    1000,
  )
})
