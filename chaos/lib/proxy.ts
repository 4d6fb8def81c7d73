import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export type DatabaseProxy = Awaited<ReturnType<typeof startProxy>>

/** A TCP proxy before a server, which can be made slow or deaf. */
export async function startProxy(targetPort: number) {
  let delayMs = 0
  let deaf = false
  const sockets = new Set<Socket>()

  /** In order, and nothing behind what was lost, as TCP has it. */
  function forward(from: Socket, to: Socket) {
    let isLost = false
    let passed = Promise.resolve()
    from.on('data', (data) => {
      const due = performance.now() + delayMs
      passed = passed.then(async () => {
        const wait = due - performance.now()
        if (wait > 0) await sleep(wait)
        isLost ||= deaf
        if (!to.destroyed && !isLost) to.write(data)
      })
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
    /** Passes everything on again, at once. A connection that lost something stays as it is, for good. */
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
