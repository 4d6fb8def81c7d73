import ipaddr from 'ipaddr.js'

/** A prefix of IPv6 addresses that stand for addresses of IPv4 (RFC 6052). */
export interface Nat64Prefix {
  network: ipaddr.IPv6
  bits: number
}

const BITS = [32, 40, 48, 56, 64, 96]
/** Place of the byte that is always 0 (RFC 6052 §2.2): the address goes on behind it. */
const RESERVED_BYTE = 8

/**
 * Reads a prefix in CIDR notation.
 * @throws {Error} if it is none, or has a length that RFC 6052 §2.2 does not know
 */
export function parseNat64Prefix(text: string): Nat64Prefix {
  const [network, bits] = ipaddr.IPv6.isValidCIDR(text) ? ipaddr.IPv6.parseCIDR(text) : []
  if (network === undefined || bits === undefined || !BITS.includes(bits)) {
    throw new Error(`'${text}' is no IPv6 prefix of ${BITS.join(', ')} bits`)
  }
  return { network, bits }
}

/** RFC 6052 §2.1. */
const WELL_KNOWN = parseNat64Prefix('64:ff9b::/96')

/** The IPv4 address that an address stands for, behind the well-known prefix or one of the network's own. */
export function embeddedIpv4(
  address: ipaddr.IPv6,
  prefixes: readonly Nat64Prefix[],
): ipaddr.IPv4 | undefined {
  const prefix = [WELL_KNOWN, ...prefixes].find(({ network, bits }) => address.match(network, bits))
  if (!prefix) return undefined
  const behind = address.toByteArray().slice(prefix.bits / 8)
  if (prefix.bits <= 64) behind.splice(RESERVED_BYTE - prefix.bits / 8, 1)
  return new ipaddr.IPv4(behind.slice(0, 4))
}
