import { describe, expect, it } from 'vitest'
import { largestOf, networkOf, networksOf, plainAddress } from '../../src/domain/client-networks.ts'

describe('the address that a proxy tells', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:1234', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:DB8::A', '2001:DB8::A'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:DB8::1]:1234', '2001:DB8::1'],
    ['[::ffff:192.0.2.1]:80', '::ffff:192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (text, address) => expect(plainAddress(text)).toBe(address))

  it.each([
    ...['', 'unknown', '_hidden', 'example.com', '10', '10.1', '0x7f.0.0.1', '192.0.2.256'],
    ...[
      '192.0.2.1:',
      '192.0.2.1:x',
      'x192.0.2.1:80',
      '192.0.2.1:80x',

      '[::1',
      '::1]',
    ],
    ...['[::1]:80x', 'x[::1]:80', '2001:db8::1::2'],
  ])('is not in %j', (text) => expect(plainAddress(text)).toBeUndefined())
})

describe('the networks that an address is counted under', () => {
  it('are of IPv4 the address and its neighbours', () => {
    expect(networksOf('192.0.2.17')).toEqual([
      { name: '192.0.2.17/32', factor: 1 },
      { name: '192.0.2.0/24', factor: 4 },
    ])
    expect(networksOf('::ffff:192.0.2.17')).toEqual(networksOf('192.0.2.17'))
  })

  it('are of IPv6 what a subscriber has and what a provider hands out', () => {
    expect(networksOf('2001:db8:1:2345:6:7:8:9')).toEqual([
      { name: '2001:db8:1:2345::/64', factor: 1 },
      { name: '2001:db8:1:2300::/56', factor: 2 },
      { name: '2001:db8:1::/48', factor: 4 },
    ])
  })

  it.each([undefined, '', 'nonsense'])('are one of what is unknown for %j', (ip) => {
    expect(networksOf(ip)).toEqual([{ name: 'unknown', factor: 1 }])
    expect(networkOf(ip)).toBe('unknown')
  })

  it('have a largest one, and a smallest one without its length', () => {
    expect(largestOf(networksOf('192.0.2.17'))).toBe('192.0.2.0/24')
    expect(largestOf(networksOf('2001:db8:1:2345::'))).toBe('2001:db8:1::/48')
    expect(largestOf(networksOf(undefined))).toBe('unknown')
    expect(networkOf('192.0.2.17')).toBe('192.0.2.17')
    expect(networkOf('2001:db8:1:2345:6:7:8:9')).toBe('2001:db8:1:2345::')
  })
})
