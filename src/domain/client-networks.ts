import ipaddr from 'ipaddr.js'

/** `192.0.2.1:1234` or `[2001:db8::1]:1234`, as some proxies write addresses. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([\da-f:.]+)\])(?::\d+)?$/i

/** The IP address in what a proxy says of its client, without port and zone; undefined where there is none. */
export function plainAddress(text: string): string | undefined {
  const [, v4, v6] = WITH_PORT.exec(text) ?? []
  const [address = ''] = (v4 ?? v6 ?? text).split('%', 1) // RFC 4007 §11
  return isAddress(address) ? address : undefined
}

export const isAddress = (text: string) =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)

/** A network that an address is part of. */
export interface Network {
  /** In CIDR notation, or `unknown`. */
  name: string
  /** How many times as much is let through from it as from one subscriber. */
  factor: number
}

/** Lengths of prefixes: one address of IPv4, then its neighbours. */
const IPV4 = [
  { length: 32, factor: 1 },
  { length: 24, factor: 4 },
]

/** What one subscriber has, and what providers hand out to those who ask for more (RFC 6177). */
const IPV6 = [
  { length: 64, factor: 1 },
  { length: 56, factor: 2 },
  { length: 48, factor: 4 },
]

/** The networks that an address is counted under, the smallest first. */
export function networksOf(ip: string | undefined): readonly [Network, ...Network[]] {
  if (ip === undefined || !ipaddr.isValid(ip)) return [{ name: 'unknown', factor: 1 }]
  const address = ipaddr.process(ip)
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  const [smallest, ...larger] = (address.kind() === 'ipv4' ? IPV4 : IPV6).map(
    ({ length, factor }) => {
      const cidr = `${address.toString()}/${length}`
      return { name: `${family.networkAddressFromCIDR(cidr).toString()}/${length}`, factor }
    },
  )
  return [smallest as Network, ...larger]
}

/** The largest of an address's networks, where it will do to tell callers apart by that. */
export const largestOf = (networks: readonly [Network, ...Network[]]) =>
  (networks.at(-1) ?? networks[0]).name

/** The network of an address, where one is enough: the address itself of IPv4, the /64 of IPv6. */
export function networkOf(ip: string | undefined): string {
  const [{ name }] = networksOf(ip)
  return name.replace(/\/\d+$/, '')
}
