import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createAddressPolicy } from '../../src/domain/issuer-address-policy.ts'
import { parseNat64Prefix } from '../../src/domain/nat64.ts'
import { createGuardedFetch } from '../../src/oidc/guarded-fetch.ts'
import { createResolver } from '../../src/oidc/resolve-host.ts'
import { type DnsServer, startDnsServer } from '../helpers/dns-server.ts'
import { json, startIssuer } from '../helpers/issuer.ts'
import { fetchesOfEachTest, issuerOfEachTest } from './each-test.ts'
import { createCertificate } from './test-certificate.ts'

const server = issuerOfEachTest()
const { cleanups, createFetch } = fetchesOfEachTest()

describe('addresses', () => {
  it.each([
    'https://127.0.0.1',
    'https://2130706433',
    'https://[::ffff:127.0.0.1]',
    'https://localhost',
    'http://example.com',
  ])('are checked before connecting to %s', async (origin) => {
    const lookup = vi.fn()
    const { fetchJson } = createFetch([], { lookup })

    await expect(fetchJson(`${origin}:${new URL(server().issuer).port}/`)).rejects.toMatchObject({
      fault: 'address',
    })
    expect(lookup).not.toHaveBeenCalled()
  })

  it.each([
    ['the only', ['127.0.0.1']],
    ['the first', ['10.0.0.1', '93.184.216.34']],
    ['the last', ['93.184.216.34', '::ffff:10.0.0.1']],
  ])('are all checked when a name is resolved: %s is private', async (_, addresses) => {
    const lookup = async () => addresses.map((address) => ({ address, family: 4 }))
    const { fetchJson } = createFetch([], { lookup })

    await expect(fetchJson('https://issuer.example')).rejects.toMatchObject({
      fault: 'address',
      message: 'issuer.example: URL resolves to a private or reserved IP address',
    })
  })

  it('of an unknown name are a failure of DNS', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))
    const { fetchJson } = createFetch([], { lookup })

    await expect(fetchJson('https://issuer.example')).rejects.toMatchObject({
      fault: 'dns',
      message: 'The name cannot be resolved: ENOTFOUND',
    })
  })

  it('that are none are a failure of DNS', async () => {
    const { fetchJson } = createFetch([], { lookup: async () => [] })

    await expect(fetchJson('https://issuer.example')).rejects.toMatchObject({
      fault: 'dns',
      message: 'The name has no address',
    })
  })

  it('are resolved once for a connection, which goes where was checked', async () => {
    server().answer('/', json('hello'))
    const lookup = vi
      .fn()
      .mockResolvedValueOnce([{ address: '127.0.0.1', family: 4 }])
      .mockResolvedValue([{ address: '127.0.0.2', family: 4 }])
    const { fetchJson } = createFetch(['issuer.example'], { lookup })
    const url = `http://issuer.example:${new URL(server().issuer).port}/`

    await expect(fetchJson(url)).resolves.toBe('hello')
    expect(lookup.mock.calls).toEqual([['issuer.example']])
    expect(server().requests[0]?.headers.host).toBe(new URL(url).host)
  })
})

describe('addresses of names that DNS and the hosts file know', () => {
  let dns: DnsServer

  beforeEach(async () => {
    dns = await startDnsServer({
      'nat64.example': ['64:ff9b::127.0.0.1'],
      'local-nat64.example': ['2606:4700:64::127.0.0.1'],
      'public-nat64.example': ['64:ff9b::8.8.8.8'],
      'issuer.example': ['169.254.169.254'],
    })
    cleanups.push(async () => void dns.close())
  })

  it.each(['nat64.example', 'local-nat64.example'])(
    'behind NAT64 are private where the IPv4 address within is: %s',
    async (name) => {
      const policy = createAddressPolicy(undefined, [parseNat64Prefix('2606:4700:64::/96')])
      const lookup = createResolver({ servers: [dns.address] })
      const { fetchJson, close } = createGuardedFetch({ addressPolicy: policy, lookup })
      cleanups.push(close)

      await expect(fetchJson(`https://${name}`)).rejects.toMatchObject({
        fault: 'address',
      })
    },
  )

  it('behind NAT64 are public where the IPv4 address within is', async () => {
    const lookup = createResolver({ servers: [dns.address] })
    const { fetchJson } = createFetch([], { lookup, timeoutMs: 200 })

    // Wherever the connection fails: nobody refused the address.
    await expect(fetchJson('https://public-nat64.example:1')).rejects.toMatchObject({
      fault: expect.stringMatching(/^(connection|timeout)$/),
    })
  })

  it('come from the hosts file where it has them, and that is where the connection goes', async () => {
    server().answer('/', json('hello'))
    const folder = await mkdtemp(join(tmpdir(), 'hosts-'))
    cleanups.push(() => rm(folder, { recursive: true }))
    const hostsFile = join(folder, 'hosts')
    await writeFile(hostsFile, '127.0.0.1 issuer.example')
    const lookup = createResolver({ servers: [dns.address], hostsFile })
    const { fetchJson } = createFetch(['issuer.example'], { lookup })
    const url = `http://issuer.example:${new URL(server().issuer).port}/`

    await expect(fetchJson(url)).resolves.toBe('hello')
    expect(dns.questions).toEqual([])
  })
})

describe('TLS', async () => {
  const certificate = await createCertificate('issuer.example')
  const lookup = async () => [{ address: '127.0.0.1', family: 4 }]

  it('verifies the certificate for the host name although the address is fixed', async () => {
    const tls = { hostname: 'issuer.example', ...certificate }
    const secure = await startIssuer({ tls })
    cleanups.push(secure.close)
    secure.answer('/', json('hello'))
    const { fetchJson } = createFetch(['127.0.0.0/8'], { lookup, ca: certificate.cert })
    const untrusting = createFetch(['127.0.0.0/8'], { lookup })

    await expect(fetchJson(secure.issuer)).resolves.toBe('hello')
    await expect(
      fetchJson(secure.issuer.replace('issuer.example', 'other.example')),
    ).rejects.toMatchObject({
      fault: 'tls',
      message: 'Request failed: ERR_TLS_CERT_ALTNAME_INVALID',
    })
    await expect(untrusting.fetchJson(secure.issuer)).rejects.toMatchObject({
      fault: 'tls',
      message: 'Request failed: DEPTH_ZERO_SELF_SIGNED_CERT',
    })
  })
})
