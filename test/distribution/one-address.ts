import type { AddressInfo } from 'node:net'
import type { Clock } from '../../src/domain/runtime.ts'
import { LOOPBACK } from '../helpers/federation.ts'
import { freePort } from '../helpers/ports.ts'
import { startService, type TestService } from '../helpers/service.ts'
import { startStage } from '../helpers/stage.ts'
import { startDistribution } from './distribution.ts'
import { startFront } from './front.ts'

export type OneAddress = Awaited<ReturnType<typeof startOneAddress>>

/**
 * Service, registry and the proxy before both, as compose.yaml puts them together; with the organization acme.
 *
 * @param servers how many of the service share the database, between which the proxy chooses at random
 */
export async function startOneAddress({
  scheme = 'http',
  clock,
  servers = 1,
}: {
  scheme?: 'http' | 'https'
  clock?: Clock
  servers?: number
} = {}) {
  const host = `127.0.0.1:${await freePort()}`
  const url = `${scheme}://${host}`
  const registryPort = await freePort()
  const options = {
    config: {
      ...LOOPBACK,
      publicUrl: url,
      tokenIssuer: url,
      registryService: host,
      registryHost: host,
      trustedProxies: ['127.0.0.1'],
    },
    ...(clock && { surroundings: { clock } }),
  }
  const stage = await startStage(options)
  const addresses = [addressOf(stage)]
  const stops = [() => stage.close()]
  const close = async () => {
    for (const stop of stops.reverse()) await stop()
  }
  try {
    while (addresses.length < servers) {
      const other = await startService({ ...options, database: stage.database })
      addresses.push(addressOf(other))
      stops.push(() => other.close())
    }
    const front = await startFront({
      url,
      service: addresses.join(' '),
      registry: `127.0.0.1:${registryPort}`,
    })
    stops.push(front.stop)
    const trusted = await fetch(`http://${addresses[0]}/.well-known/registry-ca.pem`)
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
    const urls = addresses.map((address) => `http://${address}`)
    return { url, host, urls, stage, registryLog: registry.log, authority, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Where a server listens, which has another public URL. */
const addressOf = ({ app }: TestService) =>
  `127.0.0.1:${(app.server.address() as AddressInfo).port}`
