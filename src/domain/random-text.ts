import type { RandomBytes } from './runtime.ts'

export const UPPER_ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
export const ALPHANUMERIC = `abcdefghijklmnopqrstuvwxyz${UPPER_ALPHANUMERIC}`

/**
 * Random text of `length` characters, each equally likely. Bytes past the last whole multiple of the
 * alphabet's size are thrown away: taking them modulo the size would favour its first characters.
 */
export function randomText(randomBytes: RandomBytes, alphabet: string, length: number): string {
  const limit = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < limit) text += alphabet.charAt(byte % alphabet.length)
    }
  }
  return text
}
