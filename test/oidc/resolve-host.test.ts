import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { createResolver } from '../../src/oidc/resolve-host.ts'

/** A DNS server on loopback that never answers. */
async function startSilentServer() {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { address: `127.0.0.1:${socket.address().port}`, close: () => socket.close() }
}

it('a name whose server is silent is given up, without asking the system', async () => {
  const server = await startSilentServer()
  const resolve = createResolver({ servers: [server.address], timeoutMs: 20 })
  await expect(resolve('localhost')).rejects.toMatchObject({ code: 'ETIMEOUT' })
  server.close()
})

it('a name that DNS cannot tell is looked for as the system does', async () => {
  const server = await startSilentServer()
  const resolve = createResolver({ servers: [server.address], timeoutMs: 1_000 })
  server.close() // Nobody is there: not a name server that is slow, but none.
  const addresses = (await resolve('localhost')).map(({ address }) => address)
  expect(addresses).toEqual(expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]))
})
