import { isLoopback, isPrivateAddress } from '../domain/local-hosts.ts'
import type { Config } from './config.ts'

/** Settings that may be intended but open more than most operators want; one sentence each. */
export function weakSettings(config: Config): string[] {
  const { trustedProxies, oidcAllowedHosts, publicUrl, userInitialize } = config
  const { protocol, host, hostname } = new URL(publicUrl)
  const isOpen = !isLoopback(config.host) && !config.clientsAreLocal
  const warnings: [boolean, string][] = [
    [
      trustedProxies.some((range) => prefixOf(range) < 8),
      'TRUSTED_PROXIES covers most of the Internet: anybody can forge the address in the audit log, ' +
        'and escape the limit on failed logins',
    ],
    [
      oidcAllowedHosts?.ranges.some(([, bits]) => bits < 8) ?? false,
      'OIDC_ALLOWED_HOSTS covers most of all addresses: issuers can make this server call any host',
    ],
    [
      protocol === 'http:' && !isLoopback(hostname),
      'PUBLIC_URL is http: passwords and tokens can be read on their way',
    ],
    [
      isOpen && isLoopback(hostname),
      `HOST lets other machines in, but to clients this server calls itself ${publicUrl}, which is of their own machine, ` +
        'and http, so that passwords and tokens can be read on their way. Set PUBLIC_URL to the https:// URL that ' +
        'clients use; where all of them are on this machine, leave HOST out, or, in a container, set PUBLIC_URL to that',
    ],
    [
      // No warning while all is on this machine: there may be no registry, or one at the same address.
      isPrivateAddress(hostname) && !(isLoopback(hostname) && config.registryHost === host),
      'PUBLIC_URL is a private address: crane, oras and others refuse to log in there for a registry at any other ' +
        'address. Give the service a host name, or registry and service one address (docs/registry.md)',
    ],
    [
      userInitialize && !(isLoopback(config.host) && config.clientsAreLocal),
      'USER_INITIALIZE is on and the server can be reached from elsewhere: whoever comes first ' +
        'becomes superuser of an empty database',
    ],
  ]
  return warnings.flatMap(([isWeak, text]) => (isWeak ? [text] : []))
}

/** The length of a CIDR range's prefix; of a single address, all its bits. */
function prefixOf(range: string): number {
  const [, bits] = range.split('/')
  return bits === undefined ? 128 : Number(bits)
}
