import type { AddressInfo } from 'node:net'
import { freePort } from '../helpers/ports.ts'
import { startService } from '../helpers/service.ts'
import { ALLOWED_HOSTS, createAcme } from '../registry/world.ts'
import { startDistribution } from './distribution.ts'
import { startFront } from './front.ts'

export type OneAddress = Awaited<ReturnType<typeof startOneAddress>>

/** Service, registry and the proxy before both, as compose.yaml puts them together; with the organization acme. */
export async function startOneAddress({ scheme = 'http' }: { scheme?: 'http' | 'https' } = {}) {
  const host = `127.0.0.1:${await freePort()}`
  const url = `${scheme}://${host}`
  const registryPort = await freePort()
  const service = await startService({
    config: {
      publicUrl: url,
      tokenIssuer: url,
      registryService: host,
      registryHost: host,
      trustedProxies: ['127.0.0.1'],
      oidcAllowedHosts: ALLOWED_HOSTS,
    },
  })
  const { port } = service.app.server.address() as AddressInfo
  const stops = [() => service.close()]
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
    await createAcme(service)
    const { authority } = front
    return { url, host, service, registryLog: registry.log, authority, close }
  } catch (error) {
    await close()
    throw error
  }
}
