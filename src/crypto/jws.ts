import { type KeyObject, sign } from 'node:crypto'
import { isSignatureOf } from './signature-algorithms.ts'
import { SIGNING_ALGORITHM } from './signing-key-pair.ts'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The first part of a compact JWS, which is the same for all tokens of a key and a type. */
export const encodeHeader = (header: { typ: string; kid: string; x5c?: [string] }): string =>
  encode({ ...header, alg: SIGNING_ALGORITHM })

/**
 * Signs claims as a compact JWS (RFC 7515 §7.1) by ES256: at once, where Web Crypto hands the work to another
 * thread, which costs more than the signature (bench/README.md).
 *
 * @param header as `encodeHeader` makes it
 */
export function signJws(privateKey: KeyObject, header: string, claims: object): string {
  const text = `${header}.${encode(claims)}`
  // RFC 7518 §3.4: the two numbers side by side, not in DER.
  const signature = sign('sha256', Buffer.from(text), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${text}.${signature.toString('base64url')}`
}

/** A compact JWS in parts; nothing of it has been checked. */
export interface UncheckedJws {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  /** What is signed. */
  text: string
  signature: Buffer
}

/** @returns undefined for anything but three parts of base64url, of which the first two hold JSON objects */
export function readJws(token: string): UncheckedJws | undefined {
  const [head, body, tail, ...rest] = token.split('.')
  if (head === undefined || body === undefined || tail === undefined || rest.length > 0) {
    return undefined
  }
  const [header, claims, signature] = [readObject(head), readObject(body), decode(tail)]
  if (!header || !claims || !signature) return undefined
  return { header, claims, text: `${head}.${body}`, signature }
}

/** Whether ES256, and nothing else that the header may name, proves the token. */
export const isSignedBy = (publicKey: KeyObject, { header, text, signature }: UncheckedJws) =>
  header.alg === SIGNING_ALGORITHM &&
  header.crit === undefined &&
  isSignatureOf(text, { alg: SIGNING_ALGORITHM, key: publicKey, signature })

/** The bytes that a part spells; undefined unless it is their one proper spelling: no token can be written in two ways. */
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : undefined
}

function readObject(part: string): Record<string, unknown> | undefined {
  const bytes = decode(part)
  if (!bytes) return undefined
  try {
    const value: unknown = JSON.parse(bytes.toString())
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
