import { describe, expect, it } from 'vitest'
import { clientCredentialsOf } from '../../src/domain/client-authentication.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const CLIENT = { clientId: 'ABC', clientSecret: 'XYZ' }

describe('the credentials of a client', () => {
  it.each([undefined, ''])('are in the form where the header is %j', (header) => {
    const form = { client_id: 'ABC', client_secret: 'XYZ' }
    expect(clientCredentialsOf(header, form)).toEqual(CLIENT)
  })

  it('are in the header, and the form may repeat who it is', () => {
    expect(clientCredentialsOf(basic('ABC:XYZ'), {})).toEqual(CLIENT)
    expect(clientCredentialsOf(basic('ABC:XYZ'), { client_id: 'ABC' })).toEqual(CLIENT)
    expect(clientCredentialsOf(basic('a%2Bb+c:%C3%BC+%3A'), {})).toEqual({
      clientId: 'a+b c',
      clientSecret: 'ü :',
    })
  })

  it.each([
    [undefined, {}],
    [undefined, { client_id: 'ABC' }],
    [undefined, { client_secret: 'XYZ' }],
    ['Bearer ABC', { client_id: 'ABC', client_secret: 'XYZ' }],
    [basic('%zz:XYZ'), {}],
    [basic('ABC:%zz'), {}],
  ])('are not in %j and %j', (header, form) => {
    expect(() => clientCredentialsOf(header, form)).toThrow(
      expect.objectContaining({
        code: 'oauth_invalid_client',
        message: 'Client authentication failed',
      }),
    )
  })

  it.each([
    [{ client_secret: 'XYZ' }, 'Client authenticated in two ways'],
    [{ client_id: 'ABC', client_secret: '' }, 'Client authenticated in two ways'],
    [{ client_id: 'OTHER' }, 'client_id is of another client'],
  ])('are refused with %j in the form, and others in the header', (form, message) => {
    expect(() => clientCredentialsOf(basic('ABC:XYZ'), form)).toThrow(
      expect.objectContaining({ code: 'invalid_request', message }),
    )
  })
})
