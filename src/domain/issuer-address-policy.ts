import ipaddr from 'ipaddr.js'
import {
  type Address,
  type AllowedHosts,
  canonicalHost,
  isInRanges,
  parseAddress,
  parseAllowedHosts,
} from './allowed-hosts.ts'
import { embeddedIpv4, type Nat64Prefix } from './nat64.ts'

/** Which servers may be asked for discovery documents and keys. */
export interface AddressPolicy {
  /**
   * Why this URL may not be requested, in words for the caller; `undefined` if it may, provided
   * that every address its host name resolves to is permitted as well.
   */
  refusalOf(url: URL): string | undefined
  /** The same of the host alone, by whatever scheme it is named. */
  refusalOfHost(url: URL): string | undefined
  /** Whether a connection to this IP address may be opened for this host name. */
  permits(hostname: string, address: string): boolean
}

const BLOCKED_NAMES = new Set([
  'localhost',
  'metadata',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
])
const BLOCKED_SUFFIXES = ['.localhost', '.internal', '.local']
const GLOBAL_UNICAST_IPV6 = ipaddr.parseCIDR('2000::/3')

/**
 * Makes the policy: https to public addresses only (docs/issuers.md), except for
 * what the operator allows. An allowed host may use http and may have any address. A name that is
 * not allowed must use https, but may resolve into an allowed range. An address that stands for one of IPv4 is judged
 * as that one.
 *
 * @param nat64 prefixes of this network, beside the well-known one
 */
export function createAddressPolicy(
  allowed: AllowedHosts = parseAllowedHosts([]),
  nat64: readonly Nat64Prefix[] = [],
): AddressPolicy {
  function reached(text: string): Address | undefined {
    const address = parseAddress(text)
    return address instanceof ipaddr.IPv6 ? (embeddedIpv4(address, nat64) ?? address) : address
  }

  function isAllowed(host: string): boolean {
    const address = reached(host)
    return address === undefined ? allowed.names.has(host) : isInRanges(allowed.ranges, address)
  }

  function refusalOf(url: URL): string | undefined {
    if (url.username !== '' || url.password !== '') {
      return 'URLs with embedded credentials are not allowed'
    }
    const mayBePlain = url.protocol === 'http:' && isAllowed(canonicalHost(url.hostname))
    if (url.protocol !== 'https:' && !mayBePlain) {
      return `Invalid URL scheme '${url.protocol.slice(0, -1)}': only HTTPS is allowed`
    }
    return refusalOfHost(url)
  }

  function refusalOfHost({ hostname }: URL): string | undefined {
    const host = canonicalHost(hostname)
    return isAllowed(host) ? undefined : refusalOfTarget(host, reached(host))
  }

  function permits(hostname: string, address: string): boolean {
    const target = reached(address)
    if (target === undefined) return false
    return (
      isAllowed(canonicalHost(hostname)) || isInRanges(allowed.ranges, target) || isPublic(target)
    )
  }

  return { refusalOf, refusalOfHost, permits }
}

function refusalOfTarget(host: string, address: Address | undefined): string | undefined {
  if (host === '') return 'URL must include a hostname'
  if (address !== undefined) {
    return isPublic(address) ? undefined : 'URL points to a private or reserved IP address'
  }
  const isBlocked = BLOCKED_NAMES.has(host) || BLOCKED_SUFFIXES.some((end) => host.endsWith(end))
  return isBlocked ? `Hostname '${host}' is not allowed` : undefined
}

/** The `2000::/3` check refuses what `range()` calls unicast though it embeds IPv4, as `::7f00:1`. */
function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || isInRanges([GLOBAL_UNICAST_IPV6], address)
}
