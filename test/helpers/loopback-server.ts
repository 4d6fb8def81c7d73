import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LoopbackServer {
  port: number
  close(): Promise<void>
}

const portsUsed = new Set<number>()

/** Listens on a port of 127.0.0.1 that is free and was not used before, since services remember issuers by address. */
export async function listenOnLoopback(server: Server): Promise<LoopbackServer> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  if (portsUsed.has(port)) {
    await once(server.close(), 'close')
    return listenOnLoopback(server)
  }
  portsUsed.add(port)
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
