import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { expect, it } from 'vitest'
import { parseAllowedHosts } from '../../src/domain/allowed-hosts.ts'
import { ServiceError } from '../../src/domain/errors.ts'
import { assertFederationConfig, matchHash } from '../../src/domain/federation-entry.ts'
import { createAddressPolicy } from '../../src/domain/issuer-address-policy.ts'
import { discoveryUrl, isSameIssuer, issuerProblem } from '../../src/domain/issuer-url.ts'
import { FederationConfigSchema, toEntries } from '../../src/schemas/federation.ts'
import { hostileValue } from './http/json.ts'
import { always } from './settings.ts'
import { hostileText } from './texts.ts'

const issuer = fc.oneof(
  fc.webUrl(),
  hostileText,
  hostileText.map((text) => `https://${text}`),
)
const entry = fc.record(
  { issuer, subject: hostileText, audiences: fc.array(hostileText, { maxLength: 3 }) },
  { requiredKeys: ['issuer', 'subject'] },
)
const config = fc.oneof(
  { weight: 3, arbitrary: fc.array(entry, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(entry, hostileValue), { maxLength: 4 }) },
  { weight: 1, arbitrary: hostileValue },
)

it('accepts a configuration that can be stored and found again, and refuses all others', () => {
  always(
    config,
    (posted) => {
      const { success, data } = FederationConfigSchema.safeParse(posted)
      if (!success) return
      const identities = toEntries(data)
      try {
        assertFederationConfig(identities)
      } catch (error) {
        return expect(error).toBeInstanceOf(ServiceError)
      }
      const texts = identities.flatMap(({ issuer, subject, audiences = [] }) => [
        issuer,
        subject,
        ...audiences,
      ])
      for (const text of texts)
        expect(text !== '' && text.isWellFormed() && !text.includes('\0')).toBe(true)
      for (const identity of identities) expect(identity.issuer).toMatch(/^https?:\/\//)
      const hashes = identities.map((one) => matchHash(one.issuer, one.subject).toString('hex'))
      expect(new Set(hashes).size).toBe(identities.length)
    },
    1000,
  )
})

it('tells issuer and subject apart wherever the border between them is', () => {
  always(fc.tuple(hostileText, hostileText, hostileText, hostileText), ([a, b, c, d]) => {
    const isSame = matchHash(a, b).equals(matchHash(c, d))
    expect(isSame).toBe(a === c && b === d)
  })
})

it('looks for the discovery document at the host that the issuer names, and nowhere else', () => {
  always(
    fc.oneof(
      issuer,
      fc.tuple(issuer, hostileText).map((parts) => parts.join('/')),
    ),
    (text) => {
      if (issuerProblem(text) !== undefined) return
      const url = new URL(discoveryUrl(text))
      expect(url.host).toBe(new URL(text).host)
      expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', ''])
      expect(url.pathname.endsWith('/.well-known/openid-configuration')).toBe(true)
      expect(isSameIssuer(text, text)).toBe(true)
    },
    1000,
  )
})

const nobody = createAddressPolicy()
const inRange = (bytes: number[], prefix: number[], bits: number) =>
  prefix.every((byte, index) => {
    const mask = 256 - 2 ** (8 - Math.min(Math.max(bits - index * 8, 0), 8))
    return (((bytes[index] ?? 0) ^ byte) & mask) === 0
  })

/** RFC 6890 and its successors: not for the Internet. */
const PRIVATE: [number[], number][] = [
  [[0], 8],
  [[10], 8],
  [[100, 64], 10],
  [[127], 8],
  [[169, 254], 16],
  [[172, 16], 12],
  [[192, 168], 16],
  [[198, 18], 15],
  [[224], 4],
  [[240], 4],
]

const byte = fc.integer({ min: 0, max: 255 })
const address = fc.oneof(
  fc.tuple(byte, byte, byte, byte),
  fc
    .constantFrom(...PRIVATE)
    .chain(([[a = 0, b], _]) =>
      fc.tuple(fc.constant(a), b === undefined ? byte : fc.constant(b), byte, byte),
    ),
)

it('asks no issuer at an IPv4 address that is not public, in any notation of IPv4 or IPv6', () => {
  always(
    address,
    (bytes) => {
      const isPrivate = PRIVATE.some(([prefix, bits]) => inRange(bytes, prefix, bits))
      const dotted = bytes.join('.')
      const number = bytes.reduce((sum, part) => sum * 256 + part, 0)
      const [high, low] = [(number >>> 16).toString(16), (number & 0xffff).toString(16)]
      const hosts = [
        dotted,
        String(number),
        `0x${number.toString(16)}`,
        `[::ffff:${dotted}]`,
        `[::ffff:${high}:${low}]`,
      ]
      for (const host of hosts) {
        const refusal = nobody.refusalOf(new URL(`https://${host}/`))
        if (isPrivate) expect(refusal, host).toBeDefined()
      }
      for (const resolved of [
        dotted,
        `::ffff:${dotted}`,
        `64:ff9b::${dotted}`,
        `2002:${high}:${low}::1`,
      ]) {
        if (isPrivate) expect(nobody.permits('issuer.example', resolved), resolved).toBe(false)
      }
    },
    500,
  )
})

it('asks no issuer at an IPv6 address that is not global unicast', () => {
  always(
    fc.oneof(fc.ipV6(), fc.constantFrom('::', '::1', 'fe80::1', 'fc00::1', 'fd12::7', 'ff02::1')),
    (text) => {
      fc.pre(ipaddr.IPv6.isValid(text))
      const [first = 0] = ipaddr.IPv6.parse(text).parts
      // 2000::/3 is all that is given out.
      if (first >> 13 !== 1) {
        const isMapped = ipaddr.IPv6.parse(text).isIPv4MappedAddress()
        if (!isMapped) expect(nobody.permits('issuer.example', text), text).toBe(false)
      }
    },
  )
})

it('allows hosts that can be read, refuses the others, and compares what it has read without case', () => {
  always(fc.oneof(fc.domain(), hostileText, fc.ipV4(), fc.ipV6()), (text) => {
    let allowed: ReturnType<typeof parseAllowedHosts>
    try {
      allowed = parseAllowedHosts([text])
    } catch (error) {
      return expect((error as Error).message).toContain('is no host name, IP address or CIDR range')
    }
    const host = text.includes(':') ? `[${text}]` : text.toUpperCase()
    if (text.includes('/')) return
    expect(createAddressPolicy(allowed).refusalOf(new URL(`http://${host}/`)), text).toBeUndefined()
  })
})
