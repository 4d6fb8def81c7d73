import ipaddr from 'ipaddr.js'
import { embeddedIpv4, type Nat64Prefix } from './nat64.ts'

type Address = ReturnType<typeof ipaddr.parse>
type Range = ReturnType<typeof ipaddr.parseCIDR>

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

/** Hosts that the operator lets issuers have although they are private; see `parseAllowedHosts`. */
export interface AllowedHosts {
  names: ReadonlySet<string>
  ranges: readonly Range[]
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
 * Reads OIDC_ALLOWED_HOSTS: host names, IP addresses and CIDR ranges, without ports.
 * @throws {Error} if an entry is none of these
 */
export function parseAllowedHosts(entries: readonly string[]): AllowedHosts {
  const names = new Set<string>()
  const ranges: Range[] = []
  for (const entry of entries) {
    const range = parseRange(entry)
    if (range !== undefined) ranges.push(range)
    else if (isHostName(entry)) names.add(canonicalHost(entry))
    else throw new Error(`'${entry}' is no host name, IP address or CIDR range (without port)`)
  }
  return { names, ranges }
}

/** What either of two lists allows. */
export const allowedByEither = (one: AllowedHosts, other: AllowedHosts): AllowedHosts => ({
  names: new Set([...one.names, ...other.names]),
  ranges: [...one.ranges, ...other.ranges],
})

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

/** Also refuses names such as `10` or `0x7f.1`, which URLs take for an IPv4 address. */
function isHostName(entry: string): boolean {
  const url = `http://${entry}`
  return (
    /^[a-z0-9_.-]+$/i.test(entry) &&
    URL.canParse(url) &&
    new URL(url).hostname === entry.toLowerCase()
  )
}

function parseRange(entry: string): Range | undefined {
  if (IPV4_COMPATIBLE.test(entry)) return undefined
  if (ipaddr.IPv6.isValidCIDR(entry) || ipaddr.IPv4.isValidCIDRFourPartDecimal(entry)) {
    return ipaddr.parseCIDR(entry)
  }
  const address = parseAddress(canonicalHost(entry))
  return address && [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** The host as it is compared: lower case, without the brackets of IPv6 or the dot of the root. */
function canonicalHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
}

/** Deprecated (RFC 4291 §2.5.5.1), and read by ipaddr.js as another address, the IPv4-mapped one. */
const IPV4_COMPATIBLE = /^\[?::\d{1,3}\./

/** Reads an address in its usual notation; an IPv4-mapped IPv6 address is taken as the IPv4 one. */
function parseAddress(text: string): Address | undefined {
  if (IPV4_COMPATIBLE.test(text)) return undefined
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined
  return ipaddr.process(text)
}

function isInRanges(ranges: readonly Range[], address: Address): boolean {
  return ranges.some((range) => range[0].kind() === address.kind() && address.match(range))
}

/** The `2000::/3` check refuses what `range()` calls unicast though it embeds IPv4, as `::7f00:1`. */
function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || isInRanges([GLOBAL_UNICAST_IPV6], address)
}
