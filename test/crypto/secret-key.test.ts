import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseSecretKey } from '../../src/crypto/secret-key.ts'

describe('a secret key', () => {
  it.each(['base64', 'base64url'] as const)('reads %s, padded or not', (encoding) => {
    const text = Buffer.concat([Buffer.of(0xfb, 0xff), randomBytes(30)]).toString(encoding)
    const bare = text.replace('=', '')
    expect(parseSecretKey(bare).toString(encoding).replace('=', '')).toBe(bare)
    expect(parseSecretKey(`${bare}=`)).toEqual(parseSecretKey(bare))
  })

  const good = randomBytes(32).toString('base64')
  it.each([
    ['nothing', ''],
    ['too short', randomBytes(31).toString('base64')],
    ['too long', randomBytes(33).toString('base64')],
    ['hexadecimal', randomBytes(32).toString('hex')],
    ['white space', `${good}\n`],
    ['foreign characters', good.replace(/^./, '*')],
    ['both alphabets mixed', `+_${good.slice(2)}`],
    ['bits beyond the last byte', `${good.slice(0, 42)}B=`],
    ['too much padding', `${good}=`],
  ])('refuses %s', (_, text) => {
    expect(() => parseSecretKey(text)).toThrow('32 bytes in base64')
  })

  it.each([
    ['one byte repeated', Buffer.alloc(32, 0x80)],
    ['half a key repeated', Buffer.alloc(32, randomBytes(16))],
    ['counting bytes', Buffer.from(Array.from({ length: 32 }, (_, index) => 200 + index * 3))],
    ['text', Buffer.from('correct horse battery staple 123')],
    ['text of many letters', Buffer.from('The quick brown fox jumps ~ver 1')],
    ['16 different bytes', Buffer.from('zY/P3/iO+JqOkJTZ2amFu9uUz9XZlJXNqc/bhdmVu5o=', 'base64')],
    ['16 different steps', Buffer.from('0OD4ECtHVHx/kJWpyNDh8RkmKy5JWXWUr7i93u8AChs=', 'base64')],
  ])('refuses %s and does not show it', (_, key) => {
    const text = key.toString('base64')
    expect(() => parseSecretKey(text)).toThrow('not random')
    expect(() => parseSecretKey(text)).not.toThrow(text)
  })

  it.each([
    ['17 different bytes', 'wcW0lpajwcWRtLmTkvPxnKT2pPacl/Hzl/GBo6PluZw='],
    ['17 different steps', 'foiRk7HU+REhIicpTmJ6e57AxeXsChQyRmuEiaGkx+k='],
    [
      'one byte that is no text',
      Buffer.from('The quick brown fox jumps \u007fver 1').toString('base64'),
    ],
    [
      'one control character',
      Buffer.from('The quick brown fox jumps \u001fver 1').toString('base64'),
    ],
  ])('takes %s for random', (_, text) => {
    expect(parseSecretKey(text).toString('base64')).toBe(text)
  })
})
