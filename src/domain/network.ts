import ipaddr from 'ipaddr.js'

/** `192.0.2.1:1234` or `[2001:db8::1]:1234`, as some proxies write addresses. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([\da-f:.]+)\])(?::\d+)?$/i

/** The IP address in what a proxy says of its client, without port and zone; undefined where there is none. */
export function parseAddress(text: string): string | undefined {
  const [, v4, v6] = WITH_PORT.exec(text) ?? []
  const [address = ''] = (v4 ?? v6 ?? text).split('%', 1) // RFC 4007 §11
  return isAddress(address) ? address : undefined
}

const isAddress = (text: string) =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)

const LOOPBACK = /^(127(\.\d{1,3}){3}|\[?::1\]?|localhost)$/i

/** Whether a host, as in a URL or as one listens on, is of this machine alone. */
export const isLoopback = (host: string) => LOOPBACK.test(host)

/** What an address is counted under: IPv4 as it is, IPv6 by its /64, which one subscriber has. */
export function networkOf(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'unknown'
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return address.toString()
  return ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()
}
