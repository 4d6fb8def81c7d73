import ipaddr from 'ipaddr.js'
import { isAddress } from './client-networks.ts'

const LOOPBACK = /^(127(\.\d{1,3}){3}|\[?::1\]?|localhost)$/i

/** Whether a host, as in a URL or as one listens on, is of this machine alone. */
export const isLoopback = (host: string) => LOOPBACK.test(host)

const PRIVATE_RANGES = new Set(['loopback', 'private', 'uniqueLocal', 'linkLocal', 'unspecified'])

/** Whether a URL's host is an address, not a name, that means something else in every network (RFC 1918, 4193 …). */
export function isPrivateAddress(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  return isAddress(address) && PRIVATE_RANGES.has(ipaddr.process(address).range())
}
