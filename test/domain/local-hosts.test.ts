import { describe, expect, it } from 'vitest'
import { isLoopback, isPrivateAddress } from '../../src/domain/local-hosts.ts'

describe('a host of this machine', () => {
  it.each(['127.0.0.1', '127.255.0.254', '::1', '[::1]', 'localhost', 'LOCALHOST'])(
    'is %s',
    (host) => expect(isLoopback(host)).toBe(true),
  )

  it.each([
    ...['128.0.0.1', '127.0.0', '127.0.0.1.example.com', 'x127.0.0.1', '127.0.0.1234', '::10'],
    ...['::2', 'localhost.example.com', 'notlocalhost', '0.0.0.0', '127.0.0.1.5'],
  ])('is not %s', (host) => expect(isLoopback(host)).toBe(false))
})

describe('an address that means something else in every network', () => {
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.1.1', '0.0.0.0'],
    ...['::1', '[::1]', '[fd00::1]', '[fe80::1]', '[::]', '[::ffff:10.0.0.1]'],
  ])('is %s', (host) => expect(isPrivateAddress(host)).toBe(true))

  it.each([
    '192.0.2.1',
    '[2001:db8::1]',
    '8.8.8.8',
    '[2606:4700::1]',
    'localhost',
    '10',
    'db.internal',
  ])('is not %s', (host) => expect(isPrivateAddress(host)).toBe(false))
})
