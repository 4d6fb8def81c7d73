import { createHash, type KeyObject } from 'node:crypto'
import { USED_TOKEN_GRACE_MS } from './clock-differences.ts'
import type { FederationEntry } from './federation-entry.ts'

/** Ends of tokens beyond it are not told apart: the database writes years in four digits. */
const LATEST = Date.UTC(9999, 11, 31)

interface ProvenToken {
  /** What proved it: whoever has other keys under the same text of an issuer could take its `jti`. */
  key: KeyObject
  claims: Record<string, unknown>
  /** What the issuer has signed. */
  signedText: string
}

/**
 * What tells an identity token from all others: its `jti`, or what is signed. The signature does not: of ECDSA there are
 * several for one text.
 */
export function tokenDigest({ key, claims: { iss, jti }, signedText }: ProvenToken) {
  const id = typeof jti === 'string' && jti !== '' ? { jti } : { signedText }
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .update(JSON.stringify([iss, id]))
    .digest()
}

/** Whether an identity token buys one robot token only: so says the entry, or what proved the token. */
export const isGoodOnce = (entry: FederationEntry, identity: { singleUse: boolean }) =>
  entry.single_use === true || identity.singleUse

/** Why a token that buys one robot token is refused the second time. */
export const TOKEN_USED = {
  code: 'token_used',
  message: 'token_used: the identity token was exchanged before',
} as const

/** Until when it has to be known that a token was used. */
export const usedUntil = (expiresAt: Date) =>
  new Date(Math.min(expiresAt.getTime() + USED_TOKEN_GRACE_MS, LATEST))
