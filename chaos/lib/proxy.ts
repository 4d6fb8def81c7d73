import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type DatabaseProxy = Awaited<ReturnType<typeof startProxy>>

/** A TCP proxy before a server, which can be made slow or deaf. */
export async function startProxy(targetPort: number) {
  let delayMs = 0
  let deaf = false
  const sockets = new Set<Socket>()

  function forward(from: Socket, to: Socket) {
    from.on('data', (data) => {
      if (deaf) return
      setTimeout(() => {
        if (!to.destroyed && !deaf) to.write(data)
      }, delayMs)
    })
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }

  const server = createServer((inner) => {
    const outer = connect(targetPort, '127.0.0.1')
    for (const socket of [inner, outer]) sockets.add(socket.setNoDelay(true))
    forward(inner, outer)
    forward(outer, inner)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    /** Holds everything back for so long (ms). */
    slow(ms: number) {
      delayMs = ms
    },
    /** Takes connections and data, and passes nothing on. What is lost meanwhile stays lost. */
    deafen() {
      deaf = true
    },
    /** Passes everything on again, at once. What was lost leaves its connection waiting. */
    heal() {
      delayMs = 0
      deaf = false
    },
    /** The same, with every connection cut. */
    restart() {
      for (const socket of sockets) socket.destroy()
      delayMs = 0
      deaf = false
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
