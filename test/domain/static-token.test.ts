import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { randomText } from '../../src/domain/random-text.ts'
import { generateStaticToken, isStaticToken } from '../../src/domain/static-token.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const tokens = Array.from({ length: 300 }, () => generateStaticToken(randomBytes))

it('is 64 characters with a prefix that scanners can look for', () => {
  for (const token of tokens) {
    expect(token).toMatch(/^QUAYROBOT[A-Z0-9]{55}$/)
    expect(isStaticToken(token)).toBe(true)
  }
  expect(new Set(tokens).size).toBe(tokens.length)
})

it('ends in the CRC-32 of what is before, as computed elsewhere', () => {
  // Python: zlib.crc32(b'QUAYROBOT' + b'A' * 48) in base 36
  const token = generateStaticToken((size) => Buffer.alloc(size))
  expect(token).toBe(`QUAYROBOT${'A'.repeat(48)}05E3R9M`)
})

it('notices every wrong character and all swapped neighbours', () => {
  for (const token of tokens.slice(0, 3)) {
    for (let index = 0; index < token.length; index += 1) {
      const [left, right] = [token.charAt(index), token.charAt(index + 1)]
      const typos = [...ALPHABET.replace(left, '')].map((typo) => replaceAt(token, index, typo))
      const swapped = replaceAt(token, index, right + left)
      expect([...typos, swapped].filter((text) => text !== token && isStaticToken(text))).toEqual(
        [],
      )
    }
  }
})

it('refuses what is no robot token', () => {
  const token = tokens[0] as string
  for (const text of [
    '',
    token.toLowerCase(),
    `${token}\n`,
    ` ${token}`,
    token.slice(1),
    'A'.repeat(64),
  ]) {
    expect(isStaticToken(text)).toBe(false)
  }
})

it('draws every character equally often', () => {
  const allBytes = () => Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const text = randomText(allBytes, ALPHABET, 252)
  for (const character of ALPHABET) expect(text.split(character)).toHaveLength(252 / 36 + 1)
})

it('asks for more bytes until it has enough', () => {
  const sizes: number[] = []
  const text = randomText((size) => Buffer.alloc(size, sizes.push(size) === 1 ? 255 : 1), 'ABC', 4)
  expect(text).toBe('BBBB')
  expect(sizes).toEqual([4, 4])
})

function replaceAt(text: string, index: number, replacement: string) {
  return text.slice(0, index) + replacement + text.slice(index + replacement.length)
}
