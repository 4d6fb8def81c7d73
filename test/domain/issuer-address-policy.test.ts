import { describe, expect, it } from 'vitest'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import { createAddressPolicy } from '../../src/domain/issuer-address-policy.ts'
import { parseNat64Prefix } from '../../src/domain/nat64.ts'

const strict = createAddressPolicy()
const allowing = (...hosts: string[]) => createAddressPolicy(parseAllowedHosts(hosts))

describe('URLs without an allow-list', () => {
  it.each([
    'https://example.com',
    'https://accounts.google.com/tenant?p=policy',
    'https://8.8.8.8',
    'https://[2606:4700:4700::1111]',
    'https://[::ffff:8.8.8.8]',
    'https://internal.example.com',
  ])('accepts %s', (url) => {
    expect(strict.refusalOf(new URL(url))).toBeUndefined()
  })

  it.each([
    ['loopback', 'https://127.0.0.1'],
    ['decimal', 'https://2130706433'],
    ['octal', 'https://0177.0.0.1'],
    ['hexadecimal', 'https://0x7f.1'],
    ['full-width digits', 'https://１２７.0.0.1'],
    ['a dot at the end', 'https://127.0.0.1.'],
    ['dots at the end', 'https://127.0.0.1..'],
    ['this host', 'https://0.0.0.0'],
    ['private', 'https://10.1.2.3'],
    ['private', 'https://172.16.0.1'],
    ['private', 'https://192.168.1.1'],
    ['carrier-grade NAT', 'https://100.64.0.1'],
    ['cloud metadata', 'https://169.254.169.254'],
    ['IETF assignments', 'https://192.0.0.1'],
    ['documentation', 'https://192.0.2.1'],
    ['documentation', 'https://198.51.100.1'],
    ['documentation', 'https://203.0.113.1'],
    ['benchmarks', 'https://198.18.0.1'],
    ['multicast', 'https://224.0.0.1'],
    ['reserved', 'https://240.0.0.1'],
    ['broadcast', 'https://255.255.255.255'],
    ['loopback', 'https://[::1]'],
    ['unspecified', 'https://[::]'],
    ['IPv4-mapped', 'https://[::ffff:127.0.0.1]'],
    ['IPv4-mapped', 'https://[::ffff:a9fe:a9fe]'],
    ['IPv4-compatible', 'https://[::127.0.0.1]'],
    ['IPv4-translated', 'https://[::ffff:0:127.0.0.1]'],
    ['NAT64', 'https://[64:ff9b::7f00:1]'],
    ['local NAT64', 'https://[64:ff9b:1::7f00:1]'],
    ['6to4', 'https://[2002:7f00:1::]'],
    ['Teredo', 'https://[2001:0:7f00:1::]'],
    ['unique local', 'https://[fd00::1]'],
    ['link-local', 'https://[fe80::1]'],
    ['site-local', 'https://[fec0::1]'],
    ['documentation', 'https://[2001:db8::1]'],
    ['discard', 'https://[100::1]'],
    ['multicast', 'https://[ff02::1]'],
  ])('refuses a literal address: %s, %s', (_, url) => {
    expect(strict.refusalOf(new URL(url))).toBe('URL points to a private or reserved IP address')
  })

  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'localhost..',
    'a.localhost',
    'metadata',
    'metadata.google.internal',
    'metadata.google.internal.',
    'printer.local',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ])('refuses the host name %s', (name) => {
    expect(strict.refusalOf(new URL(`https://${name}`))).toMatch(/^Hostname '.*' is not allowed$/)
  })

  it.each(['http', 'ftp', 'file', 'data'])('refuses the scheme %s', (scheme) => {
    expect(strict.refusalOf(new URL(`${scheme}://example.com`))).toBe(
      `Invalid URL scheme '${scheme}': only HTTPS is allowed`,
    )
  })

  it.each(['https://user@example.com', 'https://:secret@example.com'])('refuses %s', (url) => {
    expect(strict.refusalOf(new URL(url))).toBe('URLs with embedded credentials are not allowed')
  })

  it('refuses a host that is only the root of all names', () => {
    expect(strict.refusalOf(new URL('https://.'))).toBe('URL must include a hostname')
  })
})

describe('URLs with an allow-list', () => {
  it.each([
    ['keycloak.internal', 'http://keycloak.internal:8080/realms/a'],
    ['Keycloak.Internal.', 'https://KEYCLOAK.internal'],
    ['localhost', 'http://localhost.'],
    ['127.0.0.1', 'http://2130706433'],
    ['127.0.0.1', 'http://[::ffff:127.0.0.1]'],
    ['10.0.0.0/8', 'http://10.20.30.40'],
    ['fd00::/8', 'http://[fd12::1]'],
    ['[fd12::1]', 'http://[fd12::1]'],
    ['::1', 'https://[::1]'],
  ])('with %s accepts %s', (host, url) => {
    expect(allowing(host).refusalOf(new URL(url))).toBeUndefined()
  })

  it.each([
    ['keycloak.internal', 'https://a.keycloak.internal'],
    ['keycloak.internal', 'https://keycloak.internal.evil.local'],
    ['10.0.0.0/8', 'https://11.0.0.1.internal'],
    ['10.0.0.0/8', 'https://192.168.0.1'],
    ['10.0.0.0/8', 'http://example.com'],
    ['0.0.0.0/0', 'https://[::1]'],
    ['localhost', 'https://127.0.0.1'],
    ['localhost', 'file://localhost/etc/passwd'],
    ['localhost', 'ftp://localhost'],
    ['10.0.0.1', 'https://10.0.0.2'],
    ['fd12::1', 'https://[fd12::2]'],
    ['localhost', 'http://user@localhost'],
  ])('with %s still refuses %s', (host, url) => {
    expect(allowing(host).refusalOf(new URL(url))).toBeDefined()
  })

  it.each([
    '',
    'a:8080',
    'http://a',
    'a/b',
    '10.0.0.0/33',
    '300.1.1.1',
    '10',
    '0x7f.1',
    '*.a',
    'a b',
    'a~b',
    '::10.0.0.1/128',
  ])('cannot be read with the entry "%s"', (entry) => {
    expect(() => parseAllowedHosts(['ok.example', entry])).toThrow(
      `'${entry}' is no host name, IP address or CIDR range`,
    )
  })
})

describe('addresses that a name resolves to', () => {
  it('accepts public ones only', () => {
    expect(strict.permits('example.com', '93.184.216.34')).toBe(true)
    expect(strict.permits('example.com', '2606:4700::1')).toBe(true)
    expect(strict.permits('example.com', '10.0.0.1')).toBe(false)
    expect(strict.permits('example.com', '::ffff:10.0.0.1')).toBe(false)
    expect(strict.permits('example.com', 'fe80::1%eth0')).toBe(false)
    expect(strict.permits('example.com', 'nonsense')).toBe(false)
  })

  it('takes no IPv4-compatible address for the one of IPv4 that it holds', () => {
    expect(strict.permits('example.com', '::8.8.8.8')).toBe(false)
    expect(strict.permits('example.com', '::188.8.8.8')).toBe(false)
    expect(strict.permits('example.com', '2606:4700::8.8.8.8')).toBe(true)
  })

  it('accepts those of an allowed range for any name', () => {
    const policy = allowing('10.0.0.0/8')
    expect(policy.permits('idp.example', '10.0.0.1')).toBe(true)
    expect(policy.permits('idp.example', '192.168.0.1')).toBe(false)
  })

  it('accepts any for an allowed name', () => {
    const policy = allowing('idp.example')
    expect(policy.permits('IDP.example.', '192.168.0.1')).toBe(true)
    expect(policy.permits('other.example', '192.168.0.1')).toBe(false)
  })
})

describe('addresses behind NAT64', () => {
  /** RFC 6052 §2.4 has these for 192.0.2.33. */
  const examples = [
    ['2001:db8::/32', '2001:db8:c000:221::'],
    ['2001:db8:100::/40', '2001:db8:1c0:2:21::'],
    ['2001:db8:122::/48', '2001:db8:122:c000:2:2100::'],
    ['2001:db8:122:300::/56', '2001:db8:122:3c0:0:221::'],
    ['2001:db8:122:344::/64', '2001:db8:122:344:c0:2:2100:0'],
    ['2001:db8:122:344::/96', '2001:db8:122:344::192.0.2.33'],
    ['64:ff9b:1::/96', '64:ff9b:1::192.0.2.33'],
  ]

  it.each(examples)('are judged by the IPv4 address within: %s', (prefix, address) => {
    const only = parseAllowedHosts(['192.0.2.33'])
    const known = createAddressPolicy(only, [parseNat64Prefix(prefix)])
    expect(known.permits('idp.example', address)).toBe(true)
    expect(known.refusalOf(new URL(`http://[${address}]`))).toBeUndefined()
    expect(createAddressPolicy(only).permits('idp.example', address)).toBe(false)
  })

  it('are public, private or allowed as the IPv4 address within is', () => {
    expect(strict.permits('idp.example', '64:ff9b::8.8.8.8')).toBe(true)
    expect(strict.refusalOf(new URL('https://[64:ff9b::808:808]'))).toBeUndefined()
    expect(strict.permits('idp.example', '64:ff9b::10.0.0.1')).toBe(false)
    expect(strict.permits('idp.example', '64:ff9b::169.254.169.254')).toBe(false)
    expect(allowing('10.0.0.0/8').permits('idp.example', '64:ff9b::10.0.0.1')).toBe(true)
    expect(allowing('64:ff9b::/96').permits('idp.example', '64:ff9b::10.0.0.1')).toBe(false)
  })

  it('in a public prefix that the operator named may not lead to private ones', () => {
    const address = '2606:4700::10.0.0.1'
    expect(strict.permits('idp.example', address)).toBe(true)
    const policy = createAddressPolicy(undefined, [parseNat64Prefix('2606:4700::/96')])
    expect(policy.permits('idp.example', address)).toBe(false)
    expect(policy.permits('idp.example', '2606:4700::8.8.8.8')).toBe(true)
  })
})
