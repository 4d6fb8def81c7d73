/**
 * The value of a cookie in the header `Cookie` (RFC 6265 §5.4).
 *
 * @returns undefined where there is none, and where there are several: another page may have set one of them
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  return values.length === 1 ? values[0] : undefined
}

interface CookieRules {
  /** Whether it is sent over TLS only. */
  secure: boolean
  /** Whether requests that other sites cause have it: never, or where a person follows a link. */
  sameSite: 'Strict' | 'Lax'
  /** Seconds; left out: as long as the browser runs. */
  maxAge?: number
}

/** The header `Set-Cookie` for a cookie that no script can read, of this host alone (RFC 6265 §4.1). */
export const setCookie = (name: string, value: string, { secure, sameSite, maxAge }: CookieRules) =>
  [
    `${name}=${value}`,
    'Path=/',
    ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
    'HttpOnly',
    ...(secure ? ['Secure'] : []),
    `SameSite=${sameSite}`,
  ].join('; ')
