import { parseUrl } from './parse-url.ts'

const DISCOVERY_PATH = '/.well-known/openid-configuration'
const USER_INFO = /^https?:\/\/[^/?#]*@/

/**
 * What keeps a URL from being an issuer (OpenID Connect Discovery 1.0 §3): whatever the operator allows, no keys
 * can be had from it. Undefined if nothing does.
 */
export function issuerProblem(issuer: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(issuer)) return 'has a blank or a control character'
  if (issuer.includes('?')) return 'has a query'
  if (issuer.includes('#')) return 'has a fragment'
  if (USER_INFO.test(issuer)) return 'has user info, which ends with @'
  if (!/^https?:\/\/[^/\\*]+(\/[^\\]*)?$/.test(issuer) || parseUrl(issuer) === undefined) {
    return 'is not of the form https://host[:port][/path]'
  }
  // In a URL such a host becomes another text, xn--…, and nobody would notice letters that look like others.
  if (!/^[!-~]+$/.test(issuer.split('/', 3).join('/'))) {
    return 'has a host name beyond ASCII: write it as DNS has it, xn--…'
  }
  return hostProblem(issuer)
}

/** A host that is written as another text than it is asked by: `%31%32%37.0.0.1`, `0x7f.1`, `2130706433`. */
function hostProblem(issuer: string): string | undefined {
  const written = /^https?:\/\/([^/:[]+)/.exec(issuer)?.[1]
  const host = parseUrl(issuer)?.hostname
  if (written === undefined || written.toLowerCase() === host) return undefined
  return `has a host that stands for another: write ${host}`
}

/** The issuer whose discovery document has this address. */
export const issuerOfDiscovery = (url: string): string | undefined =>
  withoutTrailingSlash(url).endsWith(DISCOVERY_PATH)
    ? withoutTrailingSlash(url).slice(0, -DISCOVERY_PATH.length)
    : undefined

/**
 * Where the discovery document of an issuer is (OpenID Connect Discovery 1.0 §4.1).
 * @param issuer one without an `issuerProblem`
 */
export const discoveryUrl = (issuer: string): string =>
  withoutTrailingSlash(issuer) + DISCOVERY_PATH

/** Whether two issuers are the same; a `/` at the end makes no difference, as in Quay (§3.2). */
export function isSameIssuer(one: string, other: string): boolean {
  return withoutTrailingSlash(one) === withoutTrailingSlash(other)
}

function withoutTrailingSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url
}
