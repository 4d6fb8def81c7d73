import ipaddr from 'ipaddr.js'
import { parseUrl } from './parse-url.ts'

export type Address = ReturnType<typeof ipaddr.parse>
type Range = ReturnType<typeof ipaddr.parseCIDR>

/** Hosts that the operator lets issuers have although they are private; see `parseAllowedHosts`. */
export interface AllowedHosts {
  names: ReadonlySet<string>
  ranges: readonly Range[]
}

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

/** Also refuses names such as `10` or `0x7f.1`, which URLs take for an IPv4 address. */
function isHostName(entry: string): boolean {
  return (
    /^[a-z0-9_.-]+$/i.test(entry) && parseUrl(`http://${entry}`)?.hostname === entry.toLowerCase()
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
export function canonicalHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
}

/** Deprecated (RFC 4291 §2.5.5.1), and read by ipaddr.js as another address, the IPv4-mapped one. */
const IPV4_COMPATIBLE = /^\[?::\d{1,3}\./

/** Reads an address in its usual notation; an IPv4-mapped IPv6 address is taken as the IPv4 one. */
export function parseAddress(text: string): Address | undefined {
  if (IPV4_COMPATIBLE.test(text)) return undefined
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined
  return ipaddr.process(text)
}

export function isInRanges(ranges: readonly Range[], address: Address): boolean {
  return ranges.some((range) => range[0].kind() === address.kind() && address.match(range))
}
