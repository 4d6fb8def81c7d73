import { describe, expect, it } from 'vitest'
import { parseBasic, parseBearer } from '../../src/domain/basic-credentials.ts'

const encode = (text: string) => Buffer.from(text).toString('base64')

describe('Basic credentials', () => {
  it.each([
    [`Basic ${encode('alice:password')}`, 'alice', 'password'],
    [`bASIC ${encode('alice:password')}`, 'alice', 'password'],
    [`Basic ${encode('alice:pass:word')}`, 'alice', 'pass:word'],
    [`Basic ${encode(':')}`, '', ''],
    [`Basic ${encode('ü:\ufeff')}`, 'ü', '\ufeff'],
    [`Basic ${encode('alice:1?>')}`, 'alice', '1?>'],
    // Quay's decoder skips what is no base64.
    [`Basic ${encode('alice:password').replace('c', '-c_\n')}`, 'alice', 'password'],
  ])('of %j are a name and a password', (header, username, password) => {
    expect(parseBasic(header)).toEqual({ username, password })
  })

  it.each([
    ...['', 'Basic', 'Basic ', `Bearer ${encode('a:b')}`, encode('a:b')],
    ...[`Basic  ${encode('a:b')}`, `Basic ${encode('a:b')} `, `Basic ${encode('a:b')} more`],
  ])('are not two parts in %j', (header) => {
    expect(parseBasic(header)).toEqual({ problem: 'Invalid basic auth header' })
  })

  it.each(['Basic YTpi=', 'Basic YTp', `Basic ${Buffer.of(0xff, 0x3a).toString('base64')}`])(
    'are no base64 of UTF-8 in %j',
    (header) =>
      expect(parseBasic(header)).toEqual({ problem: 'Could not parse basic auth header' }),
  )

  it('hold a colon', () => {
    expect(parseBasic(`Basic ${encode('alice')}`)).toEqual({
      problem: 'Unexpected number of credentials found in basic auth header',
    })
  })
})

describe('a bearer token', () => {
  it('is the second of two parts', () => {
    expect([parseBearer('Bearer abc'), parseBearer('bEARER abc')]).toEqual(['abc', 'abc'])
  })

  it.each(['', 'abc', 'Bearer', 'Bearer ', 'Bearer  abc', 'Bearer abc def', 'Basic abc', ' abc'])(
    'is not in %j',
    (header) => expect(parseBearer(header)).toBeUndefined(),
  )
})
