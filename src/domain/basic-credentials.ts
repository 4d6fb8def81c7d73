/** What is wrong with an Authorization header that should be Basic, in Quay's words. */
type BasicProblem =
  | 'Invalid basic auth header'
  | 'Could not parse basic auth header'
  | 'Unexpected number of credentials found in basic auth header'

export interface BasicCredentials {
  username: string
  password: string
}

/** Whether it has the scheme, in any case; what follows may still be wrong. */
export const isBasic = (header: string) => header.split(' ', 1)[0]?.toLowerCase() === 'basic'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses `Basic base64(user:password)` (RFC 7617): the scheme in any case, the user name up to the first
 * colon. Like Quay it skips characters that are no base64.
 */
export function parseBasic(header: string): BasicCredentials | { problem: BasicProblem } {
  const [, encoded, ...rest] = header.split(' ')
  if (!isBasic(header) || !encoded || rest.length > 0) {
    return { problem: 'Invalid basic auth header' }
  }
  const text = decode(encoded.replace(/[^A-Za-z0-9+/=]/g, ''))
  if (text === undefined) return { problem: 'Could not parse basic auth header' }
  const colon = text.indexOf(':')
  if (colon < 0) return { problem: 'Unexpected number of credentials found in basic auth header' }
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

function decode(base64: string) {
  if (base64.length % 4 !== 0) return undefined
  try {
    return utf8.decode(Buffer.from(base64, 'base64'))
  } catch {
    return undefined
  }
}

/** The token of `Bearer TOKEN` (RFC 6750 §2.1): exactly two parts, the scheme in any case. */
export function parseBearer(header: string): string | undefined {
  const [scheme, token, ...rest] = header.split(' ')
  return scheme?.toLowerCase() === 'bearer' && token && rest.length === 0 ? token : undefined
}
