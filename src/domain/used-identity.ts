import { createHash } from 'node:crypto'
import type { ExternalIdentity } from './federation-verdict.ts'

/** Ends of tokens beyond it are not told apart: the database writes years in four digits. */
const LATEST = Date.UTC(9999, 11, 31)
/** A token is taken for good a little beyond its end, as clocks differ (ms). */
const GRACE_MS = 60_000

/**
 * What tells an identity token from all others of its issuer: its `jti`, or what is signed. The signature does not: of
 * ECDSA there are several for one text.
 */
export function tokenDigest(
  {
    issuer,
    issuerRef = '',
    claims: { jti },
  }: Pick<ExternalIdentity, 'issuer' | 'issuerRef' | 'claims'>,
  signedText: string,
) {
  const id = typeof jti === 'string' && jti !== '' ? { jti } : { signedText }
  return createHash('sha256')
    .update(JSON.stringify([issuer, issuerRef, id]))
    .digest()
}

/** Until when it has to be known that a token was used. */
export const usedUntil = (expiresAt: Date) =>
  new Date(Math.min(expiresAt.getTime() + GRACE_MS, LATEST))
