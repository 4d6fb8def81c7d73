import { createServer } from 'node:http'
import { connect } from 'node:net'
import { listenOnLoopback } from './loopback-server.ts'

export type ConnectProxy = Awaited<ReturnType<typeof startConnectProxy>>

/**
 * A proxy on loopback that opens tunnels (RFC 9110 §9.3.6), always to loopback: names are its own business.
 * @param authorization what it asks for
 */
export async function startConnectProxy({ authorization }: { authorization?: string } = {}) {
  /** `host:port` of all tunnels so far. */
  const tunnels: string[] = []
  const server = createServer((_, response) => response.writeHead(400).end())
  server.on('connect', ({ url = '', headers }, client) => {
    if (headers['proxy-authorization'] !== authorization) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    tunnels.push(url)
    const target = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      target.pipe(client).pipe(target)
    })
    for (const socket of [client, target]) socket.on('error', () => socket.destroy())
    client.on('close', () => target.destroy())
    target.on('close', () => client.destroy())
  })
  const { port, close } = await listenOnLoopback(server)
  return { url: `http://127.0.0.1:${port}`, tunnels, close }
}
