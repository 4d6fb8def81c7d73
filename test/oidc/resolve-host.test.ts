import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createResolver } from '../../src/oidc/resolve-host.ts'
import { type DnsServer, startDnsServer } from '../helpers/dns-server.ts'

const NO_HOSTS = '/nowhere/hosts'

/** A DNS server on loopback that never answers. */
async function startSilentServer() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { address: `127.0.0.1:${socket.address().port}`, close: () => socket.close() }
}

it('a name whose server is silent is given up, without asking the system', async () => {
  const server = await startSilentServer()
  const resolve = createResolver({ servers: [server.address], timeoutMs: 20, hostsFile: NO_HOSTS })
  await expect(resolve('localhost')).rejects.toMatchObject({ code: 'ETIMEOUT' })
  server.close()
})

it('a name that DNS cannot tell is looked for as the system does', async () => {
  const server = await startSilentServer()
  const resolve = createResolver({
    servers: [server.address],
    timeoutMs: 1_000,
    hostsFile: NO_HOSTS,
  })
  server.close() // Nobody is there: not a name server that is slow, but none.
  const addresses = (await resolve('localhost')).map(({ address }) => address)
  expect(addresses).toEqual(expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]))
})

describe('the hosts file', () => {
  let dns: DnsServer
  let folder: string
  let hostsFile: string

  beforeAll(async () => {
    dns = await startDnsServer({
      'idp.example': ['203.0.113.9', '2001:db8::9'],
      'public.example': ['203.0.113.1', '2001:db8::1'],
    })
    folder = await mkdtemp(join(tmpdir(), 'hosts-'))
    hostsFile = join(folder, 'hosts')
    await writeFile(
      hostsFile,
      [
        '127.0.0.1 localhost',
        '# 10.0.0.9 idp.example',
        '10.0.0.1\tidp.internal  IDP.example. # of the office',
        'fd00::1 idp.example',
        'nonsense idp.example',
        '10.0.0.2 idp.example.other',
      ].join('\r\n'),
    )
  })
  afterAll(async () => {
    dns.close()
    await rm(folder, { recursive: true })
  })

  const resolve = (name: string) => createResolver({ servers: [dns.address], hostsFile })(name)

  it.each(['idp.example', 'IDP.Example', 'idp.example.'])(
    'wins over DNS, which is not asked: %s',
    async (name) => {
      const before = dns.questions.length
      expect(await resolve(name)).toEqual([
        { address: '10.0.0.1', family: 4 },
        { address: 'fd00::1', family: 6 },
      ])
      expect(dns.questions).toHaveLength(before)
    },
  )

  it('leaves other names to DNS', async () => {
    const addresses = (await resolve('public.example')).map(({ address }) => address)
    expect(addresses).toEqual(['203.0.113.1', '2001:db8::1'])
  })

  it('is read anew each time', async () => {
    await writeFile(join(folder, 'changing'), '')
    const changing = createResolver({
      servers: [dns.address],
      hostsFile: join(folder, 'changing'),
    })
    expect((await changing('idp.example')).map(({ address }) => address)).toContain('203.0.113.9')
    await writeFile(join(folder, 'changing'), '10.0.0.7 idp.example')
    expect(await changing('idp.example')).toEqual([{ address: '10.0.0.7', family: 4 }])
  })

  it('may not be there', async () => {
    const addresses = await createResolver({ servers: [dns.address], hostsFile: NO_HOSTS })(
      'idp.example',
    )
    expect(addresses).toHaveLength(2)
  })
})
