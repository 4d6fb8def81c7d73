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
  if (!/^https?:\/\/[^/\\*]+(\/[^\\]*)?$/.test(issuer) || !URL.canParse(issuer)) {
    return 'is not of the form https://host[:port][/path]'
  }
  // In a URL such a host becomes another text, xn--…, and nobody would notice letters that look like others.
  if (!/^[!-~]+$/.test(issuer.split('/', 3).join('/'))) {
    return 'has a host name beyond ASCII: write it as DNS has it, xn--…'
  }
  return undefined
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
