import type { Claims } from './words-of-claims.ts'

/**
 * What was pasted: claims where it is a JSON object, else a token.
 * @throws {Error} where it begins like claims, and is none
 */
export function presentedOf(text: string): { token: string } | { claims: Record<string, unknown> } {
  const trimmed = text.trim()
  if (!areClaims(text)) return { token: trimmed }
  try {
    return { claims: JSON.parse(trimmed) }
  } catch {
    throw new Error('It begins like claims, but is no JSON: paste all from { to }.')
  }
}

/** Whether it begins like claims without a token around them. */
export const areClaims = (text: string): boolean => text.trimStart().startsWith('{')

/** By its own words (RFC 7519 §4.1.4). */
export const hasExpired = ({ exp }: Claims): boolean =>
  typeof exp === 'number' && exp * 1000 < Date.now()

/** What was pasted claims, unproven; undefined where that cannot be read. */
export function claimsOfText(text: string): Claims | undefined {
  try {
    const presented = presentedOf(text)
    if ('claims' in presented) return presented.claims
    const payload = presented.token.split('.')[1] ?? ''
    const bytes = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(
      new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))),
    )
  } catch {
    return undefined
  }
}
