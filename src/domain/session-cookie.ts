import { isLoopback } from './local-hosts.ts'

/** What the cookies of people who sign in are called, and whether they need TLS. */
export interface CookieNames {
  session: string
  /** Of what a browser keeps while somebody signs in by a provider. */
  signIn: string
  secure: boolean
}

const SESSION = 'quay-robots-session'
const SIGN_IN = 'quay-robots-sign-in'

/** Browsers take a cookie with this prefix from the host itself only, over TLS, for all of its paths. */
const HOST_ONLY = '__Host-'

/** The name where there is TLS, as everywhere but on a machine of one's own. */
export const SESSION_COOKIE = `${HOST_ONLY}${SESSION}`

/**
 * What the cookie is called at this address.
 *
 * @returns or why there can be none: everybody on the way could read it
 */
export function cookieNames(publicUrl: string): CookieNames | { problem: string } {
  const { protocol, hostname } = new URL(publicUrl)
  if (protocol === 'https:')
    return { session: SESSION_COOKIE, signIn: `${HOST_ONLY}${SIGN_IN}`, secure: true }
  if (isLoopback(hostname)) return { session: SESSION, signIn: SIGN_IN, secure: false }
  return {
    problem:
      `Nobody can sign in at ${publicUrl}, since it is not encrypted: whoever is on the way could take the session over. ` +
      'Put a proxy with TLS before the service, and set PUBLIC_URL to its https:// address',
  }
}
