import type { AddressInfo } from 'node:net'
import { LOOPBACK } from '../helpers/federation.ts'
import { freePort } from '../helpers/ports.ts'
import { startStage } from '../helpers/stage.ts'
import { startDistribution } from './distribution.ts'
import { startFront } from './front.ts'

export type OneAddress = Awaited<ReturnType<typeof startOneAddress>>

/** Service, registry and the proxy before both, as compose.yaml puts them together; with the organization acme. */
export async function startOneAddress({ scheme = 'http' }: { scheme?: 'http' | 'https' } = {}) {
  const host = `127.0.0.1:${await freePort()}`
  const url = `${scheme}://${host}`
  const registryPort = await freePort()
  const stage = await startStage({
    config: {
      ...LOOPBACK,
      publicUrl: url,
      tokenIssuer: url,
      registryService: host,
      registryHost: host,
      trustedProxies: ['127.0.0.1'],
    },
  })
  const { port } = stage.app.server.address() as AddressInfo
  const stops = [() => stage.close()]
  const close = async () => {
    for (const stop of stops.reverse()) await stop()
  }
  try {
    const front = await startFront({
      url,
      service: `127.0.0.1:${port}`,
      registry: `127.0.0.1:${registryPort}`,
    })
    stops.push(front.stop)
    const trusted = await fetch(`http://127.0.0.1:${port}/.well-known/registry-ca.pem`)
    const registry = await startDistribution({
      port: registryPort,
      issuer: url,
      service: host,
      certificate: await trusted.text(),
    })
    stops.push(registry.stop)
    await stage.people('alice', 'bob')
    await stage.organization('acme')
    const { authority } = front
    return { url, host, stage, registryLog: registry.log, authority, close }
  } catch (error) {
    await close()
    throw error
  }
}
