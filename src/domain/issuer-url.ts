import { exchangeRefused } from './errors.ts'

const issuerPattern = /^https?:\/\/[^/@?#\\]+(\/[^?#\\]*)?$/
const printableAscii = /^[!-~]+$/

/**
 * Where the discovery document of an issuer is (OpenID Connect Discovery 1.0 §4.1).
 * @param issuer an `iss` claim, not trusted: an http(s) URL without user info, query or fragment
 * @throws exchange_refused if it is no such URL
 */
export function discoveryUrl(issuer: string): string {
  if (!printableAscii.test(issuer) || !issuerPattern.test(issuer) || !URL.canParse(issuer)) {
    throw exchangeRefused(
      'Invalid token: Issuer must be a URL without user info, query or fragment',
      'issuer_refused',
    )
  }
  return `${withoutTrailingSlash(issuer)}/.well-known/openid-configuration`
}

/** Whether two issuers are the same; a `/` at the end makes no difference, as in Quay (§3.2). */
export function isSameIssuer(one: string, other: string): boolean {
  return withoutTrailingSlash(one) === withoutTrailingSlash(other)
}

function withoutTrailingSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url
}
