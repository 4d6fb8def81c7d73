import { crc32 } from 'node:zlib'
import { randomText, UPPER_ALPHANUMERIC } from './random-text.ts'
import type { RandomBytes } from './runtime.ts'

const PREFIX = 'QUAYROBOT'
const LENGTH = 64
/** 36^7 > 2^32, so seven digits hold any CRC-32. */
const CHECKSUM_LENGTH = 7
const BODY_LENGTH = LENGTH - PREFIX.length - CHECKSUM_LENGTH
const FORMAT = new RegExp(`^${PREFIX}[A-Z0-9]{${BODY_LENGTH + CHECKSUM_LENGTH}}$`)

/**
 * A new static token of a robot: `QUAYROBOT`, 48 random characters (248 bits) and the checksum of all of that,
 * 64 characters of `A-Z0-9` like Quay's own. Secret scanners find it by
 * `QUAYROBOT[A-Z0-9]{55}` and by the checksum.
 */
export function generateStaticToken(randomBytes: RandomBytes): string {
  const payload = PREFIX + randomText(randomBytes, UPPER_ALPHANUMERIC, BODY_LENGTH)
  return payload + checksum(payload)
}

/** Whether the text has the form and the checksum of a static token that was made here. */
export const isStaticToken = (text: string) => FORMAT.test(text) && !isMistyped(text)

/**
 * Whether the text has the form of such a token, and a checksum that is wrong. One wrong character and two swapped
 * neighbours are always noticed. Other texts may be secrets that were made elsewhere.
 */
export const isMistyped = (text: string) =>
  FORMAT.test(text) && checksum(text.slice(0, -CHECKSUM_LENGTH)) !== text.slice(-CHECKSUM_LENGTH)

/** CRC-32 (ISO-HDLC, as in zlib) in base 36, seven digits. */
function checksum(payload: string): string {
  return crc32(payload).toString(36).toUpperCase().padStart(CHECKSUM_LENGTH, '0')
}
