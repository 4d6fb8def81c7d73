import { expect, it } from 'vitest'
import { formatPageToken, parseIdPageToken, parsePageToken } from '../../src/domain/page-token.ts'

const ID = '0192f3a4-b5c6-7d8e-9f01-23456789abcd'
const refused = expect.objectContaining({
  ...{ code: 'invalid_request', message: 'next_page is not a page of this list' },
})

it('is a position that can be read back', () => {
  expect(parsePageToken(formatPageToken('acme/ü'))).toBe('acme/ü')
  expect(parseIdPageToken(formatPageToken(ID))).toBe(ID)
})

it.each(['', '!', 'YQ==', ' YQ', 'YR', Buffer.from('a\0').toString('base64url')])(
  'is not %j',
  (token) => expect(() => parsePageToken(token)).toThrow(refused),
)

it('of a list by creation holds an id', () => {
  expect(() => parseIdPageToken(formatPageToken('acme'))).toThrow(refused)
})
